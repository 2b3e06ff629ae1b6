import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { splitAddress } from '../../../config/scalars.ts'
import type { Component } from '../../../core/component.ts'
import { TelltaleError } from '../../../core/errors.ts'
import { BearerTokens } from '../auth.ts'
import type { OtlpConfig } from '../config.ts'
import { listenFailed } from '../listen.ts'
import { type OtlpDeps, OtlpShared } from '../shared.ts'
import { ROUTES, type SignalRoute } from '../signal.ts'
import { loadTls } from '../tls.ts'
import { type CallContext, ExportCall, respondError } from './call.ts'
import { Sessions } from './sessions.ts'

const LISTEN = 'ingest.otlp.grpc.listen'
/** A batch of the usual size arrives without waiting for a window update. */
const STREAM_WINDOW_BYTES = 1024 * 1024
const CONNECTION_WINDOW_BYTES = 8 * 1024 * 1024
const MAX_HEADER_BYTES = 16 * 1024
const MAX_HEADER_PAIRS = 64
/** MB node lets one connection buffer; headers and windows fit in it. */
const SESSION_MEMORY_MB = 32

/** OTLP/gRPC: unary Export of the logs, trace and metrics services, on node:http2 (docs/adr/0002-grpc-on-http2.md). */
export class OtlpGrpcReceiver implements Component {
  readonly #config: OtlpConfig
  readonly #deps: OtlpDeps
  readonly #context: CallContext
  readonly #sessions: Sessions
  readonly #routes = new Map<string, SignalRoute>(ROUTES.map((route) => [route.grpcPath, route]))
  #server: Http2Server | null = null
  #listening: Promise<void> = Promise.resolve()
  #stopping: Promise<void> | null = null

  constructor(config: OtlpConfig, deps: OtlpDeps) {
    const { bearerTokensFile } = config.auth
    this.#config = config
    this.#deps = deps
    this.#sessions = new Sessions(config.grpc.pingAfter, config.grpc.pingTimeout)
    this.#context = {
      deps,
      shared: OtlpShared.of(deps),
      limits: config,
      tokens:
        bearerTokensFile === undefined
          ? null
          : BearerTokens.fromFile(bearerTokensFile, 'ingest.otlp.auth.bearerTokensFile'),
      requestTimeoutMs: config.grpc.requestTimeout,
      draining: () => this.#stopping !== null,
    }
  }

  /** @throws TelltaleError LISTEN_FAILED, CONFIG_INVALID; whatever aborted `signal` */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#stopping !== null) return
    const { listen } = this.#config.grpc
    const server = this.#build()
    this.#server = server
    try {
      this.#listening = new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ ...splitAddress(listen), backlog: 511 }, () => {
          server.off('error', reject)
          resolve()
        })
      })
      await this.#listening
    } catch (error) {
      this.#server = null
      throw listenFailed(error, LISTEN, listen)
    }
    server.on('error', (error) => this.#deps.logger.error({ err: error }, 'OTLP/gRPC listener failed'))
    const bound = this.address()
    if (bound === null) return // stopped meanwhile
    const { address, port } = bound
    this.#deps.logger.info({ address, port }, 'OTLP/gRPC is listening')
  }

  /** Where it listens, or null while it does not. */
  address(): AddressInfo | null {
    const bound = this.#server?.address()
    return typeof bound === 'object' ? (bound ?? null) : null
  }

  stop(deadlineMs: number): Promise<void> {
    this.#stopping ??= this.#close(deadlineMs)
    return this.#stopping
  }

  async #close(deadlineMs: number): Promise<void> {
    const server = this.#server
    if (server === null) return
    await this.#listening.catch(ignore)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    this.#sessions.drain()
    const leftMs = Math.max(0, deadlineMs - this.#deps.clock.nowMs())
    const cut = setTimeout(() => this.#sessions.destroy(), leftMs)
    await closed
    clearTimeout(cut)
  }

  #build(): Http2Server {
    const { grpc, tls } = this.#config
    const options: ServerOptions = {
      settings: {
        maxConcurrentStreams: grpc.maxConcurrentStreams,
        initialWindowSize: STREAM_WINDOW_BYTES,
        maxHeaderListSize: MAX_HEADER_BYTES,
        enablePush: false,
      },
      maxHeaderListPairs: MAX_HEADER_PAIRS,
      maxSessionMemory: SESSION_MEMORY_MB,
    }
    const server =
      tls === undefined ? createServer(options) : createSecureServer({ ...options, ...loadTls(tls) })
    server.maxConnections = grpc.maxConnections
    server.on('session', (session) => {
      session.setLocalWindowSize(CONNECTION_WINDOW_BYTES)
      this.#sessions.add(session)
      if (this.#stopping !== null) session.close()
    })
    server.on('sessionError', ignore) // what a peer can cause; the connection is closed, its calls counted as gone
    server.on('stream', (stream, headers) => this.#call(stream, headers))
    return server as Http2Server
  }

  #call(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const type = headers['content-type']
    if (headers[':method'] !== 'POST' || type === undefined || !GRPC_PROTO.test(type)) {
      this.#notGrpc(stream, headers[':method'] === 'POST' ? 415 : 405)
      return
    }
    const route = this.#routes.get(headers[':path'] ?? '')
    if (route !== undefined) {
      new ExportCall(this.#context, route, stream, headers)
      return
    }
    stream.on('error', ignore)
    this.#context.shared.count('grpc', 'none', 'UNKNOWN_PATH', 0, 0)
    respondError(stream, { kind: 'refused', cause: UNKNOWN_METHOD })
  }

  /** Source: gRPC over HTTP/2: a content type other than application/grpc is answered with HTTP 415. */
  #notGrpc(stream: ServerHttp2Stream, status: 405 | 415): void {
    stream.on('error', ignore)
    this.#context.shared.count(
      'grpc',
      'none',
      status === 415 ? 'UNSUPPORTED_MEDIA_TYPE' : 'METHOD_NOT_ALLOWED',
      0,
      0,
    )
    stream.respond({ ':status': status }, { endStream: true })
    stream.resume()
    stream.close()
  }
}

const GRPC_PROTO = /^application\/grpc(\+proto)?(;.*)?$/i
const ignore = (): void => {}
const UNKNOWN_METHOD = new TelltaleError(
  'UNKNOWN_PATH',
  'only Export of the logs, trace and metrics services is served',
)
