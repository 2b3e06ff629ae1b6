import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { SimSignal } from './event.ts'
import type { Output, Sent } from './output.ts'

/** OTLP JSON, one request a line: the format of the Collector's file exporter. `-` is standard output. */
export class FileOutput implements Output {
  readonly format = 'json'
  readonly target: string
  readonly #stream: WriteStream | NodeJS.WriteStream

  constructor(path: string) {
    this.target = path === '-' ? 'standard output' : path
    this.#stream = path === '-' ? process.stdout : createWriteStream(path)
  }

  async send(_signal: SimSignal, request: Uint8Array): Promise<Sent> {
    const free = this.#stream.write(Buffer.concat([request, Buffer.from('\n')]))
    if (!free) await once(this.#stream, 'drain')
    return { kind: 'accepted', rejected: 0 }
  }

  async close(): Promise<void> {
    if (this.#stream === process.stdout) return
    this.#stream.end()
    await finished(this.#stream)
  }
}
