import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { SimSignal } from './event.ts'
import { rejectedCount } from './http-output.ts'
import type { Output, Sent } from './output.ts'
import { retryDelayMs } from './retry-info.ts'

const compress = promisify(gzip)

const METHODS: Readonly<Record<SimSignal, string>> = {
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  spans: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}

/** Retryable per the OTLP specification, "OTLP/gRPC Response": CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE,
 *  UNAVAILABLE, DATA_LOSS; RESOURCE_EXHAUSTED only with RetryInfo. */
const RETRYABLE: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15])
const RESOURCE_EXHAUSTED = 8

export interface GrpcOutputOptions {
  /** `http://host:port`, or `https:` for TLS. */
  readonly endpoint: string
  readonly gzip: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/** OTLP/gRPC, unary calls over one HTTP/2 session. Spoken by hand: gRPC's frame is five bytes and a trailer. */
export class GrpcOutput implements Output {
  readonly format = 'protobuf'
  readonly target: string
  readonly #options: GrpcOutputOptions
  #session: ClientHttp2Session | null = null

  constructor(options: GrpcOutputOptions) {
    this.#options = options
    this.target = `OTLP/gRPC${options.gzip ? ' gzip' : ''} to ${options.endpoint}`
  }

  async send(signal: SimSignal, request: Uint8Array): Promise<Sent> {
    const message = this.#options.gzip ? await compress(request) : request
    const frame = Buffer.alloc(5 + message.length)
    frame[0] = this.#options.gzip ? 1 : 0
    frame.writeUInt32BE(message.length, 1)
    frame.set(message, 5)
    try {
      return await this.#call(signal, frame)
    } catch (error) {
      this.#session?.destroy()
      this.#session = null
      return { kind: 'retry', afterMs: null, reason: (error as NodeJS.ErrnoException).code ?? 'no answer' }
    }
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = null
    if (session !== null && !session.destroyed) await new Promise<void>((done) => session.close(done))
  }

  #call(signal: SimSignal, frame: Buffer): Promise<Sent> {
    const session = this.#open()
    return new Promise((resolve, reject) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': METHODS[signal],
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': `${this.#options.timeoutMs}m`,
        ...(this.#options.gzip ? { 'grpc-encoding': 'gzip' } : {}),
        ...this.#options.headers,
      })
      let ends: IncomingHttpHeaders = {}
      const chunks: Buffer[] = []
      stream.setTimeout(this.#options.timeoutMs, () => stream.destroy(new Error('timeout')))
      stream.on('response', (headers) => {
        if (headers['grpc-status'] !== undefined) ends = headers
      })
      stream.on('trailers', (trailers) => {
        ends = trailers
      })
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('close', () => resolve(sentOf(signal, ends, Buffer.concat(chunks))))
      stream.end(frame)
    })
  }

  #open(): ClientHttp2Session {
    if (this.#session === null || this.#session.closed || this.#session.destroyed) {
      this.#session = connect(this.#options.endpoint)
      // without a listener a refused connection would end the process; the stream reports it too
      this.#session.on('error', () => {})
    }
    return this.#session
  }
}

function sentOf(signal: SimSignal, ends: IncomingHttpHeaders, body: Buffer): Sent {
  const status = ends['grpc-status'] === undefined ? Number.NaN : Number(ends['grpc-status'])
  if (status === 0) return { kind: 'accepted', rejected: rejectedCount(signal, 'protobuf', body.subarray(5)) }
  if (Number.isNaN(status)) return { kind: 'retry', afterMs: null, reason: 'no gRPC status' }
  const reason = `gRPC status ${status}`
  const afterMs = retryDelayMs(ends['grpc-status-details-bin'])
  if (RETRYABLE.has(status) || (status === RESOURCE_EXHAUSTED && afterMs !== null)) {
    return { kind: 'retry', afterMs, reason }
  }
  return { kind: 'refused', reason }
}
