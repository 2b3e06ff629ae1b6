import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The real daemon as a process of its own, for tests and benchmarks that come from outside. */

/** What the daemon compiled the time before: half of what a start costs. */
const COMPILE_CACHE = join(tmpdir(), 'telltale-compile-cache')
const LAUNCHER = join(import.meta.dirname, '../../bin/telltale')

/** A port nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export interface DaemonOptions {
  /** Sections merged over the ports, e.g. `{ sinks: [...] }`. */
  readonly config?: Readonly<Record<string, unknown>>
  /** Folder to use and keep, for a restart on the same state; a new one otherwise, removed in the end. */
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  /** `admin.token`. */
  readonly adminToken?: string
  /** Ports of an earlier run, for a restart. */
  readonly ports?: Ports
}

export interface Ports {
  readonly http: number
  readonly grpc: number
  readonly admin: number
}

export class Daemon {
  readonly process: ChildProcess
  readonly ports: Ports
  readonly folder: string
  /** All it wrote to standard output and error. */
  output = ''
  readonly #removeFolder: boolean

  constructor(process: ChildProcess, ports: Ports, folder: string, removeFolder: boolean) {
    this.process = process
    this.ports = ports
    this.folder = folder
    this.#removeFolder = removeFolder
    for (const stream of [process.stdout!, process.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
  }

  get pid(): number {
    return this.process.pid!
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.ports.http}`
  }

  get grpcUrl(): string {
    return `http://127.0.0.1:${this.ports.grpc}`
  }

  /** GET of the admin server. */
  async get(path: string): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.admin}${path}`)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    return answer.text()
  }

  /** Sends the signal and waits for the end. @returns the exit code, null after SIGKILL */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = once(this.process, 'close')
      this.process.kill(signal)
      await gone
    }
    if (this.#removeFolder) rmSync(this.folder, { recursive: true, force: true })
    return this.process.exitCode
  }

  read(file: string): string {
    try {
      return readFileSync(join(this.folder, file), 'utf8')
    } catch {
      return ''
    }
  }
}

/** Starts the daemon on free ports and waits until it is ready. */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'telltale-e2e-'))
  const ports = options.ports ?? { http: await freePort(), grpc: await freePort(), admin: await freePort() }
  const { ingest, ...sections } = options.config ?? {}
  const config = {
    dataDir: join(folder, 'data'),
    ingest: {
      otlp: {
        http: { listen: `127.0.0.1:${ports.http}` },
        grpc: { listen: `127.0.0.1:${ports.grpc}` },
      },
      ...(ingest as object | undefined),
    },
    admin: {
      listen: `127.0.0.1:${ports.admin}`,
      ...(options.adminToken !== undefined && { token: options.adminToken }),
    },
    ...sections,
  }
  const path = join(folder, 'telltale.yaml')
  writeFileSync(path, JSON.stringify(config, null, 2)) // JSON is YAML
  const child = spawn(LAUNCHER, ['run', '--config', path], {
    cwd: folder, // relative paths of the configuration end here
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const daemon = new Daemon(child, ports, folder, options.folder === undefined)
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}:\n${daemon.output}`)
    return await daemon.get('/readyz').then(
      () => true,
      () => false,
    )
  }, 110_000).catch((error) => {
    child.kill('SIGKILL') // else it keeps the test's process
    throw error
  })
  return daemon
}

/** Polls until `probe` answers something truthy and returns that. @throws after `withinMs` */
export async function until<T>(
  probe: () => Promise<T> | T,
  withinMs: number,
  what = 'condition',
): Promise<NonNullable<Exclude<T, false>>> {
  const endMs = Date.now() + withinMs
  for (;;) {
    const value = await probe()
    if (value) return value as NonNullable<Exclude<T, false>>
    if (Date.now() > endMs) throw new Error(`${what} did not come about within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
