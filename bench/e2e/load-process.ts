import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { cpuSeconds } from './cpu-time.ts'
import type { PayloadFormat } from './live-payload.ts'
import type { LoadCount, LoadOrder } from './load.ts'
import type { Server } from './servers.ts'

export interface Way {
  readonly protocol: 'http' | 'grpc'
  readonly format: PayloadFormat
  readonly gzip: boolean
}

/** What a server did in one measured span. */
export interface Measure {
  readonly records: number
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly refused: number
  readonly retried: number
}

const CONNECTIONS = 6
const WARM_MAX_MS = 60_000

/** The load generator, seen from the bench. */
export class LoadProcess {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** @param payloads how many prebuilt requests of 512 records, @param series distinct service and route pairs drawn from */
  static async start(payloads: number, series: number, format: PayloadFormat): Promise<LoadProcess> {
    const child = fork(join(import.meta.dirname, 'load.ts'), [String(payloads), String(series), format], {
      execArgv: ['--conditions=telltale-source'],
    })
    await once(child, 'message')
    return new LoadProcess(child)
  }

  begin(server: Server, way: Way, recordsMax = 0): void {
    const order: LoadOrder = {
      kind: 'start',
      host: '127.0.0.1',
      port: way.protocol === 'grpc' ? server.grpcPort : server.httpPort,
      ...way,
      connections: CONNECTIONS,
      recordsMax,
    }
    this.#child.send(order)
  }

  async count(): Promise<LoadCount> {
    const answer = this.#answer('count')
    this.#child.send({ kind: 'count' })
    return answer
  }

  /** Waits for the end of a run with `recordsMax`. */
  finished(): Promise<LoadCount> {
    return this.#answer('stopped')
  }

  async stop(): Promise<LoadCount> {
    const answer = this.#answer('stopped')
    this.#child.send({ kind: 'stop' })
    return answer
  }

  /**
   * Logs and CPU seconds of the server between two moments under full load, both begun once it has read `warmRecords`:
   * by records and not by time, because a compiler that warms up on a busy machine needs as many of them.
   */
  async measure(server: Server, way: Way, warmRecords: number, spanMs: number): Promise<Measure> {
    this.begin(server, way)
    const untilMs = performance.now() + WARM_MAX_MS
    while ((await this.count()).records < warmRecords && performance.now() < untilMs) await sleep(100)
    const before = await this.count()
    const cpuBefore = cpuSeconds(server.pid)
    const startMs = performance.now()
    await sleep(spanMs)
    const after = await this.count()
    const cpuAfter = cpuSeconds(server.pid)
    const wallSeconds = (performance.now() - startMs) / 1000
    await this.stop()
    return {
      records: after.records - before.records,
      cpuSeconds: cpuAfter - cpuBefore,
      wallSeconds,
      refused: after.refused,
      retried: after.retried,
    }
  }

  async end(): Promise<void> {
    const gone = once(this.#child, 'close')
    this.#child.kill()
    await gone
  }

  #answer(kind: LoadCount['kind']): Promise<LoadCount> {
    return new Promise((resolve) => {
      const listen = (message: LoadCount): void => {
        if (message.kind !== kind) return
        this.#child.off('message', listen)
        resolve(message)
      }
      this.#child.on('message', listen)
    })
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
