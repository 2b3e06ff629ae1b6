import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CACHE_FOLDER } from '../cache-folder.ts'

/**
 * A single-node Apache Kafka (KRaft) for tests, from Maven Central jars in a cache folder.
 * It needs Java 17 and Maven; without them {@link brokerSkipReason} says so and tests skip with that reason.
 */

const HERE = import.meta.dirname
const JARS_VERSION = 'kafka-4.3.0'
const READY_WITHIN_MS = 100_000
/** It lives for a minute or two: half the CPU of a start, which the best code would not earn back. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

export interface BrokerOptions {
  /** Where data and logs live; removed by stop() unless given. */
  readonly dataDir?: string
  readonly port?: number
  /** Extra server properties, e.g. SASL listeners; `{port}` and `{controllerPort}` stand for the ports. */
  readonly properties?: Readonly<Record<string, string>>
  /** Extra arguments of the storage tool's `format`, e.g. SCRAM users. */
  readonly formatArguments?: readonly string[]
}

export interface Broker {
  readonly address: string
  readonly port: number
  readonly dataDir: string
  readonly pid: number
  /** SIGKILL: what a crash looks like. Data stays for {@link restart}. */
  kill(): Promise<void>
  /** Starts again on the same port and data. */
  restart(): Promise<Broker>
  stop(): Promise<void>
}

export function cacheDir(): string {
  return join(CACHE_FOLDER, JARS_VERSION)
}

const jarsDir = (): string => join(cacheDir(), 'jars')

/** Null when a broker can be started here, else why not. */
export function brokerSkipReason(): string | null {
  for (const [tool, flag] of [
    ['java', '-version'],
    ['mvn', '--version'],
  ] as const) {
    if (tool === 'mvn' && existsSync(jarsDir())) continue
    try {
      execFileSync(tool, [flag], { stdio: 'ignore' })
    } catch {
      return `no ${tool} on this machine: a real Kafka broker cannot be started`
    }
  }
  return null
}

/** Fetches the jars once. Two processes may do so at once: the folder appears by one rename. */
export function fetchJars(): string {
  const jars = jarsDir()
  if (existsSync(jars)) return jars
  const temporary = join(cacheDir(), `jars.${process.pid}`)
  mkdirSync(temporary, { recursive: true })
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  execFileSync(
    'mvn',
    [
      '-q',
      '-B',
      '-f',
      join(HERE, 'pom.xml'),
      goal,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${temporary}`,
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 300_000,
    },
  )
  try {
    renameSync(temporary, jars)
  } catch (cause) {
    if (!existsSync(jars)) throw cause
    rmSync(temporary, { recursive: true })
  }
  return jars
}

/** @param ownData whether its data goes when it stops for good */
export async function startBroker(
  options: BrokerOptions = {},
  ownData = options.dataDir === undefined,
): Promise<Broker> {
  const classpath = `${fetchJars()}/*`
  const port = options.port ?? (await freePort())
  const controllerPort = await freePort()
  const dataDir = options.dataDir ?? join(cacheDir(), `data-${process.pid}-${randomBytes(4).toString('hex')}`)
  mkdirSync(dataDir, { recursive: true })
  const properties = join(dataDir, 'server.properties')
  if (!existsSync(properties)) {
    writeFileSync(properties, renderProperties(dataDir, port, controllerPort, options.properties ?? {}))
    const uuid = Buffer.concat([Buffer.alloc(1), randomBytes(15)]).toString('base64url') // never begins with a dash
    execFileSync(
      'java',
      [
        ...QUICK_START,
        '-cp',
        classpath,
        'kafka.tools.StorageTool',
        'format',
        '--standalone',
        '-t',
        uuid,
        '-c',
        properties,
        ...(options.formatArguments ?? []),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
  }
  const log = openSync(join(dataDir, 'server.log'), 'a')
  const child = spawn(
    'java',
    [
      '-Xmx768m',
      '-Xms256m',
      ...QUICK_START,
      `-Dlog4j2.configurationFile=${join(HERE, 'log4j2.properties')}`,
      '-cp',
      classpath,
      'kafka.Kafka',
      properties,
    ],
    { stdio: ['ignore', log, log], detached: true }, // detached: a terminal's ^C or a runner's lock is not its business
  )
  child.unref()
  await whenListening(port, child)
  const gone = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.ref() // or the process could end before the broker does
    await once(child, 'exit')
  }
  return {
    address: `127.0.0.1:${port}`,
    port,
    dataDir,
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL')
      await gone()
    },
    restart: () => startBroker({ ...options, dataDir, port }, ownData),
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await gone()
      clearTimeout(timer)
      if (ownData) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function renderProperties(
  dataDir: string,
  port: number,
  controllerPort: number,
  extra: Readonly<Record<string, string>>,
): string {
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': join(dataDir, 'log'),
    'num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    'num.network.threads': '2',
    'num.io.threads': '4',
    ...extra,
  }
  const filled = (v: string) =>
    v.replaceAll('{port}', String(port)).replaceAll('{controllerPort}', String(controllerPort))
  return `${Object.entries(properties)
    .map(([k, v]) => `${k}=${filled(v)}`)
    .join('\n')}\n`
}

async function whenListening(port: number, child: { exitCode: number | null }): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS
  while (Date.now() < until) {
    if (child.exitCode !== null)
      throw new Error(`the broker ended with status ${child.exitCode}; see server.log in its data folder`)
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' }, () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await sleep(200)
  }
  throw new Error(`the broker did not listen within ${READY_WITHIN_MS} ms`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** Text of the server's log, for a failing test. */
export function brokerLog(broker: Broker): string {
  return readFileSync(join(broker.dataDir, 'server.log'), 'utf8')
}
