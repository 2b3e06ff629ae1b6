import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { LivePayload } from './live-payload.ts'
import type { Sender } from './sender.ts'

const HEAD_END = Buffer.from('\r\n\r\n')

export interface HttpTarget {
  readonly host: string
  readonly port: number
  readonly contentType: string
  readonly gzip: boolean
}

/** One kept-alive HTTP/1.1 connection written by hand: a client library would cost more CPU than the server. */
export class HttpSender implements Sender {
  readonly #target: HttpTarget
  #socket: Socket | null = null
  #settle: ((status: number) => void) | null = null
  #received: Buffer = Buffer.alloc(0)

  constructor(target: HttpTarget) {
    this.#target = target
  }

  async open(): Promise<void> {
    const { host, port } = this.#target
    const socket = connect(port, host)
    socket.setNoDelay(true)
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => this.#answer(0))
    socket.on('close', () => this.#answer(0))
    this.#socket = socket
  }

  send(payload: LivePayload): Promise<number> {
    const { host, contentType, gzip } = this.#target
    const body = gzip ? gzipSync(payload.bytes, { level: 1 }) : payload.bytes
    const head =
      `POST /v1/logs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${contentType}\r\n` +
      `${gzip ? 'Content-Encoding: gzip\r\n' : ''}Content-Length: ${body.length}\r\n\r\n`
    return new Promise((resolve) => {
      this.#settle = resolve
      const socket = this.#socket!
      socket.cork()
      socket.write(head, 'latin1')
      // the bytes are stamped anew only after the answer, so they may be lent to the socket
      socket.write(body)
      socket.uncork()
    })
  }

  close(): void {
    this.#socket?.destroy()
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const end = this.#received.indexOf(HEAD_END)
    if (end < 0) return
    const head = this.#received.toString('latin1', 0, end)
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    if (this.#received.length < end + 4 + length) return
    this.#received = Buffer.alloc(0)
    this.#answer(Number(head.slice(9, 12)))
  }

  #answer(status: number): void {
    const settle = this.#settle
    this.#settle = null
    settle?.(status)
  }
}
