import type { IncomingMessage, ServerResponse } from 'node:http'

export interface CorsConfig {
  readonly allowedOrigins: readonly string[]
  readonly allowedHeaders: readonly string[]
  /** ms */
  readonly maxAge: number
}

const HEADERS = ['content-type', 'content-encoding', 'authorization']

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** Cross-origin answers for browsers that export telemetry. Off while no origin is allowed. */
export class Cors {
  readonly enabled: boolean
  readonly #origins: readonly RegExp[]
  readonly #headers: string
  readonly #maxAgeSeconds: string

  constructor(config: CorsConfig) {
    this.enabled = config.allowedOrigins.length > 0
    this.#origins = config.allowedOrigins.map(
      (origin) => new RegExp(`^${origin.split('*').map(literal).join('[^/]*')}$`, 'i'),
    )
    this.#headers = [...HEADERS, ...config.allowedHeaders].join(', ')
    this.#maxAgeSeconds = String(Math.round(config.maxAge / 1000))
  }

  /** Sets what lets a browser read the answer. @returns false when the origin is not allowed */
  allow(req: IncomingMessage, res: ServerResponse): boolean {
    if (!this.enabled) return false
    res.setHeader('vary', 'origin')
    const origin = req.headers.origin
    if (origin === undefined || !this.#origins.some((pattern) => pattern.test(origin))) return false
    res.setHeader('access-control-allow-origin', origin)
    res.setHeader('access-control-expose-headers', 'retry-after')
    return true
  }

  /** Answers a preflight. */
  preflight(req: IncomingMessage, res: ServerResponse): void {
    if (!this.allow(req, res)) {
      res.writeHead(403, { 'content-length': 0 }).end()
      return
    }
    res
      .writeHead(204, {
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': this.#headers,
        'access-control-max-age': this.#maxAgeSeconds,
      })
      .end()
  }
}
