import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

type Answer = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'reset'

/** An HTTP server on loopback that keeps what it receives and answers as told. */
export class HttpReceiver {
  readonly received: Received[] = []
  /** How to answer the next requests; 200 by default. */
  answer: (request: Received) => Answer = () => ({ status: 200 })
  #server: Server | null = null
  #port = 0
  #watchers: (() => void)[] = []

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens; after a `stop` on the same port again. */
  async start(): Promise<this> {
    const server = createServer((req, res) => {
      const chunks: Buffer[] = []
      req.on('data', (chunk: Buffer) => chunks.push(chunk))
      req.on('end', () => {
        const request = { path: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks).toString() }
        const answer = this.answer(request)
        if (answer === 'reset') req.socket.destroy()
        else if (answer !== 'hang') {
          res.writeHead(answer.status, answer.headers).end(answer.body ?? '')
          this.received.push(request)
        }
        for (const watch of this.#watchers) watch()
      })
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  /** Waits until `condition` holds, looked at after each request and now and then. */
  async until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!condition()) return
        done()
        resolve()
      }
      const poll = setInterval(look, 20)
      const timer = setTimeout(() => {
        done()
        reject(new Error(`gave up waiting after ${timeoutMs} ms`))
      }, timeoutMs)
      const done = () => {
        clearInterval(poll)
        clearTimeout(timer)
        this.#watchers = this.#watchers.filter((w) => w !== look)
      }
      this.#watchers.push(look)
    })
  }
}
