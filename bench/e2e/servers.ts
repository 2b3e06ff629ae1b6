import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Daemon, freePort, startDaemon } from '../../test/support/daemon.ts'
import { collectorConfig, receivingCollector } from './collector.ts'

/** The servers under comparison, each a process of its own on free ports. */
export interface Server {
  readonly name: string
  readonly pid: number
  readonly httpPort: number
  /** 0 when it does not speak gRPC. */
  readonly grpcPort: number
  stop(): Promise<void>
}

async function reachable(port: number): Promise<void> {
  for (let i = 0; i < 400; i++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`nothing listens on ${port}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'close')
  child.kill('SIGTERM')
  await gone
}

export async function bareServer(): Promise<Server> {
  const file = join(import.meta.dirname, 'bare-server.ts')
  const child = spawn(process.execPath, ['--conditions=telltale-source', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [text] = (await once(child.stdout!, 'data')) as [Buffer]
  const httpPort = Number(/listening (\d+)/.exec(text.toString())![1])
  return { name: 'node:http + protobufjs', pid: child.pid!, httpPort, grpcPort: 0, stop: () => end(child) }
}

/** Null where Go is not present. */
export async function collectorServer(say: (line: string) => void): Promise<Server | null> {
  const binary = receivingCollector(say)
  if (binary === null) return null
  const httpPort = await freePort()
  const grpcPort = await freePort()
  const config = join(mkdtempSync(join(tmpdir(), 'telltale-bench-')), 'collector.json')
  writeFileSync(config, collectorConfig(httpPort, grpcPort))
  const child = spawn(binary, ['--config', config], { stdio: 'ignore' })
  await reachable(httpPort)
  await reachable(grpcPort)
  return { name: 'OpenTelemetry Collector', pid: child.pid!, httpPort, grpcPort, stop: () => end(child) }
}

/** The daemon with a JSON-lines sink, as a user would run it. */
export async function telltaleServer(
  config: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Server & { readonly daemon: Daemon }> {
  const daemon = await startDaemon({ config, env })
  return {
    name: 'telltale',
    daemon,
    pid: daemon.pid,
    httpPort: daemon.ports.http,
    grpcPort: daemon.ports.grpc,
    stop: async () => {
      await daemon.stop()
    },
  }
}
