import { TelltaleError } from '../../core/errors.ts'
import { DONE, type Outcome } from '../../core/outcome.ts'
import type { Notification, Sink, SinkTraits } from '../delivery/sink.ts'
import type { SinkDeps } from '../sink-deps.ts'
import type { JsonlConfig } from './config.ts'
import { RotatingFile } from './rotating-file.ts'
import { StdoutWriter } from './stdout.ts'

/** ms to wait for a slow reader of standard output */
const SLOW_READER_MS = 50

/** Findings as JSON lines, each the finding as it is, with every update. */
export class JsonlSink implements Sink {
  readonly traits: SinkTraits = {
    maxItems: 256,
    mixesGroups: true,
    reminds: false,
    resendMs: null,
    sightingMs: 0,
  }
  readonly #fsync: boolean
  readonly #file: RotatingFile | null
  readonly #stdout: StdoutWriter
  /** Delivery whose lines standard output has in part; they must not be written twice. */
  #begun = ''

  constructor(config: JsonlConfig, deps: SinkDeps) {
    const { path, maxBytes, keep, fsync } = config
    this.#fsync = fsync
    this.#file = path === '-' ? null : new RotatingFile(path, maxBytes, keep)
    this.#stdout = new StdoutWriter(deps.stdoutFd)
  }

  async start(): Promise<void> {}

  async send(n: Notification): Promise<Outcome> {
    const lines = Buffer.from(n.items.map(({ finding }) => `${JSON.stringify(finding)}\n`).join(''))
    try {
      if (this.#file !== null) await this.#file.append(lines, this.#fsync)
      else await this.#print(n.deliveryId, lines)
      return DONE
    } catch (error) {
      return this.#failed((error as NodeJS.ErrnoException).code ?? 'unknown')
    }
  }

  async stop(): Promise<void> {
    await this.#file?.close()
  }

  async #print(id: string, lines: Buffer): Promise<void> {
    const begun = this.#begun === id
    this.#begun = id
    await this.#stdout.append(begun ? Buffer.alloc(0) : lines)
    this.#begun = ''
  }

  #failed(code: string): Outcome {
    if (code === 'EAGAIN') {
      const cause = new TelltaleError('SINK_FAILED', 'the reader of standard output is slow')
      return { kind: 'retry', afterMs: SLOW_READER_MS, cause }
    }
    if (code === 'EPIPE') {
      // Nobody can open this pipe again.
      this.#begun = ''
      return { kind: 'refused', cause: new TelltaleError('SINK_REFUSED', 'standard output is closed') }
    }
    const cause = new TelltaleError('SINK_FAILED', `findings cannot be written: ${code}`)
    return { kind: 'retry', afterMs: 0, cause }
  }
}
