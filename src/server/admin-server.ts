import { createHash, timingSafeEqual } from 'node:crypto'
import fastify, { type FastifyInstance } from 'fastify'
import { splitAddress } from '../config/scalars.ts'
import type { Component } from '../core/component.ts'
import { TelltaleError } from '../core/errors.ts'
import type { Meter } from '../telemetry/meter.ts'
import { OPENMETRICS_TYPE, prefersOpenMetrics } from '../telemetry/openmetrics.ts'
import { type ApiView, addApi } from './api.ts'
import type { AdminConfig } from './config.ts'
import { addFeedbackApi, type FeedbackView } from './feedback-api.ts'
import { addTapApi, type TapView } from './tap-api.ts'

/** A reason the daemon is not, or not wholly, ready. `blocking` ones make /readyz answer 503. */
export interface Condition {
  readonly name: string
  readonly blocking: boolean
  readonly message: string
}

export interface AdminParts {
  readonly config: AdminConfig
  readonly meter: Meter
  readonly view: ApiView
  readonly feedback?: FeedbackView
  readonly tap?: TapView
  readonly conditions: () => Condition[]
  /** Hot reload. @throws TelltaleError, whose detail is shown */
  readonly reload?: () => Promise<unknown>
}

/** Metrics, health and API on their own address. */
export class AdminServer implements Component {
  readonly #parts: AdminParts
  readonly #server: FastifyInstance

  constructor(parts: AdminParts) {
    this.#parts = parts
    this.#server = fastify({ logger: false, bodyLimit: 64 * 1024, requestTimeout: 30_000 })
    this.#routes()
  }

  /** `host:port` in use; the port is known after start. */
  get address(): string {
    const { host, port } = splitAddress(this.#parts.config.listen)
    const bound = this.#server.server.address()
    const inUse = typeof bound === 'object' && bound !== null ? bound.port : port
    return host.includes(':') ? `[${host}]:${inUse}` : `${host}:${inUse}`
  }

  async start(): Promise<void> {
    const { host, port } = splitAddress(this.#parts.config.listen)
    try {
      await this.#server.listen({ host, port })
    } catch (cause) {
      throw new TelltaleError(
        'LISTEN_FAILED',
        `admin.listen: cannot listen on ${this.#parts.config.listen}: ${(cause as Error).message}`,
        { cause },
      )
    }
  }

  async stop(): Promise<void> {
    await this.#server.close()
  }

  #routes(): void {
    const server = this.#server
    const { meter, view, feedback, tap, conditions, config, reload } = this.#parts
    server.get('/livez', async () => 'ok\n')
    server.get('/readyz', async (_request, reply) => {
      const found = conditions()
      reply.code(found.some((c) => c.blocking) ? 503 : 200)
      return { ready: !found.some((c) => c.blocking), conditions: found }
    })
    server.register(async (guarded) => {
      if (config.token !== undefined) guarded.addHook('onRequest', requireToken(config.token))
      guarded.get('/metrics', async (request, reply) => {
        const open = prefersOpenMetrics(request.headers.accept ?? '')
        reply.type(open ? OPENMETRICS_TYPE : meter.registry.contentType)
        return open ? meter.exposeOpenMetrics() : meter.expose()
      })
      addApi(guarded, view)
      if (tap !== undefined) addTapApi(guarded, tap)
      if (feedback !== undefined) addFeedbackApi(guarded, feedback)
      if (reload !== undefined) {
        guarded.post('/-/reload', async (_request, reply) => {
          try {
            return await reload()
          } catch (cause) {
            if (!(cause instanceof TelltaleError)) throw cause
            return reply.code(400).send({ error: cause.message, problems: cause.detail })
          }
        })
      }
    })
    server.setNotFoundHandler((_request, reply) =>
      reply.code(404).send({
        error: 'not found',
        paths: [
          '/metrics',
          '/livez',
          '/readyz',
          '/api/v1/findings',
          '/api/v1/profiles',
          '/api/v1/series',
          '/api/v1/tap',
          '/api/v1/silences',
        ],
      }),
    )
  }
}

/** Compares digests, so that neither content nor length of the token shows in the time taken. */
function requireToken(token: string) {
  const wanted = createHash('sha256').update(`Bearer ${token}`).digest()
  return async (
    request: { headers: { authorization?: string | undefined } },
    reply: { code(n: number): { send(b: unknown): unknown } },
  ) => {
    const given = createHash('sha256')
      .update(request.headers.authorization ?? '')
      .digest()
    if (!timingSafeEqual(given, wanted)) return reply.code(401).send({ error: 'a bearer token is needed' })
    return undefined
  }
}
