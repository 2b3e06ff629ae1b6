import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { splitAddress } from '../../../config/scalars.ts'
import type { Component } from '../../../core/component.ts'
import { TelltaleError } from '../../../core/errors.ts'
import { BearerTokens } from '../auth.ts'
import type { OtlpConfig } from '../config.ts'
import { listenFailed } from '../listen.ts'
import { type OtlpDeps, OtlpShared } from '../shared.ts'
import { ROUTES } from '../signal.ts'
import { loadTls } from '../tls.ts'
import { Cors } from './cors.ts'
import { type ExportRouteContext, handleExport } from './export-route.ts'
import { writeError } from './reply.ts'

const LISTEN = 'ingest.otlp.http.listen'
const MAX_HEADER_BYTES = 16 * 1024

/** OTLP/HTTP: POST /v1/logs, /v1/traces, /v1/metrics in protobuf or JSON. */
export class OtlpHttpReceiver implements Component {
  readonly #config: OtlpConfig
  readonly #deps: OtlpDeps
  readonly #context: ExportRouteContext
  #app: FastifyInstance | null = null
  #listening: Promise<unknown> = Promise.resolve()
  #stopping: Promise<void> | null = null

  constructor(config: OtlpConfig, deps: OtlpDeps) {
    const { bearerTokensFile } = config.auth
    this.#config = config
    this.#deps = deps
    this.#context = {
      deps,
      shared: OtlpShared.of(deps),
      limits: config,
      tokens:
        bearerTokensFile === undefined
          ? null
          : BearerTokens.fromFile(bearerTokensFile, 'ingest.otlp.auth.bearerTokensFile'),
      cors: new Cors(config.http.cors),
      draining: () => this.#stopping !== null,
    }
  }

  /** @throws TelltaleError LISTEN_FAILED, CONFIG_INVALID; whatever aborted `signal` */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#stopping !== null) return
    const { listen } = this.#config.http
    const app = this.#build()
    this.#app = app
    try {
      this.#listening = app.listen({ ...splitAddress(listen), backlog: 511 })
      await this.#listening
    } catch (error) {
      this.#app = null
      throw listenFailed(error, LISTEN, listen)
    }
    const bound = this.address()
    if (bound === null) return // stopped meanwhile
    const { address, port } = bound
    this.#deps.logger.info({ address, port }, 'OTLP/HTTP is listening')
  }

  /** Where it listens, or null while it does not. */
  address(): AddressInfo | null {
    const bound = this.#app?.server.address()
    return typeof bound === 'object' ? (bound ?? null) : null
  }

  stop(deadlineMs: number): Promise<void> {
    this.#stopping ??= this.#close(deadlineMs)
    return this.#stopping
  }

  async #close(deadlineMs: number): Promise<void> {
    const app = this.#app
    if (app === null) return
    await this.#listening.catch(ignore)
    // Idle connections close now, the others with the answer they wait for, what is left at the deadline.
    const cut = setTimeout(
      () => app.server.closeAllConnections(),
      Math.max(0, deadlineMs - this.#deps.clock.nowMs()),
    )
    try {
      await app.close()
    } finally {
      clearTimeout(cut)
    }
  }

  #build(): FastifyInstance {
    const { http, tls } = this.#config
    const options: ServerOptions = {
      headersTimeout: Math.min(http.headersTimeout, http.requestTimeout),
      requestTimeout: http.requestTimeout,
      keepAliveTimeout: http.keepAliveTimeout,
      connectionsCheckingInterval: Math.min(5000, http.headersTimeout),
      maxHeaderSize: MAX_HEADER_BYTES,
    }
    const app = fastify({
      serverFactory: (handler) => {
        const server =
          tls === undefined
            ? createServer(options, handler)
            : createTlsServer({ ...options, ...loadTls(tls) }, handler)
        server.maxConnections = http.maxConnections
        return server as Server
      },
      exposeHeadRoutes: false,
      return503OnClosing: false, // draining is answered by us, with Retry-After and a Status
      forceCloseConnections: 'idle',
      routerOptions: { caseSensitive: true },
    })
    // The routes take the raw stream in onRequest, before fastify's body handling, which would cost an AsyncResource
    // and a parser look-up a request.
    for (const route of ROUTES) {
      const take = (request: FastifyRequest, reply: FastifyReply): void => {
        reply.hijack()
        handleExport(this.#context, route, request.raw, reply.raw)
      }
      app.post(route.httpPath, { onRequest: (request, reply, _done) => take(request, reply) }, take)
    }
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.setNotFoundHandler((request, reply) => {
      reply.hijack()
      this.#notFound(request, reply)
    })
    app.setErrorHandler((_error, _request, reply) => {
      reply.hijack()
      writeError(reply.raw, new TelltaleError('BAD_PROTOBUF', 'the request cannot be read'))
    })
    return app
  }

  #notFound(request: FastifyRequest, reply: FastifyReply): void {
    const { cors } = this.#context
    const path = request.url.split('?', 1)[0]
    const known = ROUTES.find((route) => route.httpPath === path)
    request.raw.resume()
    if (known !== undefined && cors.enabled && request.method === 'OPTIONS') {
      cors.preflight(request.raw, reply.raw)
      return
    }
    const error = known === undefined ? UNKNOWN_PATH : METHOD_NOT_ALLOWED
    if (known !== undefined) reply.raw.setHeader('allow', 'POST')
    this.#context.shared.count('http', known?.name ?? 'none', error.code, 0, 0)
    writeError(reply.raw, error)
  }
}

const ignore = (): void => {}
const UNKNOWN_PATH = new TelltaleError('UNKNOWN_PATH', 'the paths are /v1/logs, /v1/traces and /v1/metrics')
const METHOD_NOT_ALLOWED = new TelltaleError('METHOD_NOT_ALLOWED', 'only POST is answered here')
