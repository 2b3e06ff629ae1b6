import { type ClientHttp2Session, connect } from 'node:http2'
import type { LivePayload } from './live-payload.ts'
import type { Sender } from './sender.ts'

const EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export'

/** Unary OTLP/gRPC calls over one HTTP/2 session. */
export class GrpcSender implements Sender {
  readonly #url: string
  #session: ClientHttp2Session | null = null

  constructor(host: string, port: number) {
    this.#url = `http://${host}:${port}`
  }

  async open(): Promise<void> {
    const session = connect(this.#url, { settings: { initialWindowSize: 4 << 20 } })
    await new Promise<void>((resolve, reject) =>
      session.once('connect', () => resolve()).once('error', reject),
    )
    session.on('error', () => {})
    this.#session = session
  }

  send(payload: LivePayload): Promise<number> {
    return new Promise((resolve) => {
      const stream = this.#session!.request({
        ':method': 'POST',
        ':path': EXPORT,
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      let status = 2
      stream.on('response', (h) => {
        if (h['grpc-status'] !== undefined) status = Number(h['grpc-status'])
      })
      stream.on('trailers', (t) => {
        status = Number(t['grpc-status'])
      })
      stream.on('error', () => {})
      stream.on('close', () => resolve(status === 0 ? 200 : 1000 + status))
      stream.resume()
      const head = Buffer.alloc(5)
      head.writeUInt32BE(payload.bytes.length, 1)
      stream.write(head)
      stream.end(payload.bytes)
    })
  }

  close(): void {
    this.#session?.destroy()
  }
}
