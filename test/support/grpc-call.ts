import type { SecureClientSessionOptions } from 'node:http2'
import {
  type ClientHttp2Session,
  type ClientSessionOptions,
  connect,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { TestContext } from 'node:test'
import { frameMessage } from '../../src/ingest/otlp/grpc/framing.ts'

/** What a raw HTTP/2 client sees of a gRPC call. */
export interface GrpcAnswer {
  readonly httpStatus: number
  readonly headers: Record<string, unknown>
  /** Trailers, or the headers when the answer is trailers alone. */
  readonly trailers: Record<string, unknown>
  /** grpc-status, -1 when there is none. */
  readonly status: number
  readonly body: Buffer
}

export const LOGS_EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'
export const TRACE_EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
export const METRICS_EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'

/** A client connection that is closed with the test. */
export function grpcConnect(
  t: TestContext,
  port: number,
  options?: ClientSessionOptions | SecureClientSessionOptions,
): ClientHttp2Session {
  const scheme = options !== undefined && 'ca' in options ? 'https' : 'http'
  const session = connect(`${scheme}://127.0.0.1:${port}`, options)
  session.on('error', () => {})
  t.after(() => session.destroy())
  return session
}

interface Call {
  readonly path?: string
  readonly headers?: OutgoingHttpHeaders
  /** The message; framed unless `frames` is given. */
  readonly message?: Uint8Array | string
  /** Raw bytes of the DATA frames, written one by one. */
  readonly frames?: readonly Uint8Array[]
  /** Leaves the request open. */
  readonly open?: boolean
}

export function grpcCall(session: ClientHttp2Session, call: Call = {}): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': call.path ?? LOGS_EXPORT,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...call.headers,
    })
    let headers: Record<string, unknown> = {}
    let trailers: Record<string, unknown> | null = null
    const chunks: Buffer[] = []
    stream.on('response', (h) => {
      headers = h
    })
    stream.on('trailers', (h) => {
      trailers = h
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('close', () => {
      const last = trailers ?? headers
      resolve({
        httpStatus: Number(headers[':status'] ?? 0),
        headers,
        trailers: last,
        status: Number(last['grpc-status'] ?? -1),
        body: Buffer.concat(chunks),
      })
    })
    const frames = call.frames ?? [frameMessage(Buffer.from(call.message ?? ''))]
    for (const frame of frames) stream.write(frame)
    if (call.open !== true) stream.end()
  })
}
