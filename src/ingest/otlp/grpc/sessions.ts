import { constants, type ServerHttp2Session } from 'node:http2'

/** The open HTTP/2 connections: pinged when idle, told to go away when the receiver stops. */
export class Sessions {
  readonly #open = new Set<ServerHttp2Session>()
  readonly #pingAfterMs: number
  readonly #pingTimeoutMs: number

  constructor(pingAfterMs: number, pingTimeoutMs: number) {
    this.#pingAfterMs = pingAfterMs
    this.#pingTimeoutMs = pingTimeoutMs
  }

  get size(): number {
    return this.#open.size
  }

  add(session: ServerHttp2Session): void {
    this.#open.add(session)
    session.on('close', () => this.#open.delete(session))
    session.setTimeout(this.#pingAfterMs, () => this.#ping(session))
  }

  /** GOAWAY: what is under way is answered, nothing new is taken, then the connection closes. */
  drain(): void {
    for (const session of this.#open) session.close()
  }

  /** Closes what is left at once. */
  destroy(): void {
    for (const session of this.#open) session.destroy()
  }

  /** A peer that is gone without a word would hold its connection for ever. */
  #ping(session: ServerHttp2Session): void {
    if (session.destroyed || session.closed) return
    const dead = setTimeout(() => session.destroy(undefined, constants.NGHTTP2_NO_ERROR), this.#pingTimeoutMs)
    const sent = session.ping((error) => {
      clearTimeout(dead)
      if (error === null && !session.destroyed) session.setTimeout(this.#pingAfterMs)
    })
    if (!sent) clearTimeout(dead)
  }
}
