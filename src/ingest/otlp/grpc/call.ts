import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { TelltaleError } from '../../../core/errors.ts'
import type { Outcome } from '../../../core/outcome.ts'
import { type Answer, exportResponse } from '../answer.ts'
import type { BearerTokens } from '../auth.ts'
import { draining, Exchange, type ExchangeLimits, refused } from '../exchange.ts'
import { type Encoding, parseEncoding } from '../inflate.ts'
import type { OtlpDeps, OtlpShared } from '../shared.ts'
import type { SignalRoute } from '../signal.ts'
import { FRAME_PREFIX_BYTES, frameMessage, MessageFrame } from './framing.ts'
import { ACCEPT_ENCODING, errorTrailers, OK_TRAILERS, parseGrpcTimeout } from './metadata.ts'

export interface CallContext {
  readonly deps: OtlpDeps
  readonly shared: OtlpShared
  readonly limits: ExchangeLimits
  readonly tokens: BearerTokens | null
  /** ms a call may take at most. */
  readonly requestTimeoutMs: number
  readonly draining: () => boolean
}

/** Deadlines are rounded up to this, so that calls share timer lists. */
const DEADLINE_STEP_MS = 100
const CONTENT_TYPE = 'application/grpc'
const OK_HEADERS = { ':status': 200, 'content-type': CONTENT_TYPE, 'grpc-accept-encoding': ACCEPT_ENCODING }
const EMPTY_RESPONSE = frameMessage(new Uint8Array(0))

/**
 * One unary Export call.
 *
 *   headers -> DATA* -> end of stream -> exchange.finish -> answer -> headers, message, trailers
 *                 \________________\____ refusal: trailers alone, then RST_STREAM(NO_ERROR) stops the client
 */
export class ExportCall {
  readonly #stream: ServerHttp2Stream
  readonly #route: SignalRoute
  readonly #exchange: Exchange
  readonly #frame = new MessageFrame()
  #encoding: Encoding = 'identity'
  #timer: NodeJS.Timeout | null = null

  constructor(
    context: CallContext,
    route: SignalRoute,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ) {
    this.#stream = stream
    this.#route = route
    this.#exchange = new Exchange(context.deps, context.shared, context.limits, 'grpc', route)
    stream.on('error', ignore)
    // Comes before the end of a stream that was reset, which would look like a short message.
    stream.on('aborted', () => this.#exchange.abort())
    stream.on('close', () => this.#closed())
    const outcome = this.#begin(context, headers)
    if (outcome !== null) {
      this.#refuse(outcome)
      return
    }
    stream.on('data', (chunk: Buffer) => this.#data(chunk))
    stream.on('end', () => this.#end())
  }

  #begin(context: CallContext, headers: IncomingHttpHeaders): Outcome | null {
    if (context.tokens !== null && !context.tokens.accepts(headers.authorization))
      return refused(UNAUTHENTICATED)
    const encoding = parseEncoding(headers['grpc-encoding'] as string | undefined)
    if (encoding === null) return refused(ENCODING)
    this.#encoding = encoding
    if (context.draining()) return draining()
    const timeoutMs = parseGrpcTimeout(headers['grpc-timeout'] as string | undefined)
    if (timeoutMs !== null && timeoutMs <= 0) return refused(DEADLINE)
    const limitMs = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, context.requestTimeoutMs)
    const roundedMs = Math.ceil(limitMs / DEADLINE_STEP_MS) * DEADLINE_STEP_MS
    this.#timer = setTimeout(() => this.#refuse(refused(DEADLINE)), roundedMs)
    return null
  }

  #data(chunk: Buffer): void {
    if (this.#exchange.over) return
    const frame = this.#frame
    let at = 0
    if (frame.length < 0) {
      at = frame.prefix(chunk)
      if (at < 0) {
        this.#refuse(refused(FRAMING))
        return
      }
      if (frame.length < 0) return
      const early = this.#exchange.admit(frame.length)
      if (early !== null) {
        this.#refuse(early)
        return
      }
    }
    if (at === chunk.length) return
    if (!frame.take(chunk.length - at)) {
      this.#refuse(refused(FRAMING))
      return
    }
    const outcome = this.#exchange.push(compact(at === 0 ? chunk : chunk.subarray(at)))
    if (outcome !== null) this.#refuse(outcome)
  }

  #end(): void {
    if (this.#exchange.over) return
    const frame = this.#frame
    if (!frame.complete || (frame.compressed && this.#encoding === 'identity')) {
      this.#refuse(refused(FRAMING))
      return
    }
    const encoding = frame.compressed ? this.#encoding : 'identity'
    this.#exchange.finish(encoding, 'otlp_proto', (answer) => this.#answer(answer))
  }

  #answer({ outcome, rejected }: Answer): void {
    if (outcome.kind !== 'done') {
      this.#refuse(outcome)
      return
    }
    if (this.#exchange.over) return
    this.#exchange.answered(outcome)
    const stream = this.#stream
    if (stream.destroyed || stream.closed) return
    const body =
      rejected === 0 ? EMPTY_RESPONSE : frameMessage(exportResponse(this.#route, rejected, 'otlp_proto'))
    stream.once('wantTrailers', () => stream.sendTrailers(OK_TRAILERS))
    stream.respond(OK_HEADERS, { waitForTrailers: true })
    stream.end(body)
  }

  #refuse(outcome: Outcome): void {
    if (this.#exchange.over || outcome.kind === 'done') return
    this.#exchange.answered(outcome)
    respondError(this.#stream, outcome)
  }

  #closed(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#exchange.abort()
  }
}

/** Trailers alone; a client still sending is told to stop. */
export function respondError(stream: ServerHttp2Stream, outcome: Exclude<Outcome, { kind: 'done' }>): void {
  if (stream.destroyed || stream.closed) return
  stream.respond(
    { ':status': 200, 'content-type': CONTENT_TYPE, ...errorTrailers(outcome) },
    { endStream: true },
  )
  stream.resume()
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
}

/**
 * A DATA chunk is a slice of what the socket read, up to 64 KiB. Kept for long, a small slice would pin all of it, so it
 * is copied.
 */
function compact(chunk: Buffer): Uint8Array {
  return chunk.length * 8 < chunk.buffer.byteLength ? new Uint8Array(chunk) : chunk
}

const ignore = (): void => {}
const UNAUTHENTICATED = new TelltaleError('UNAUTHENTICATED', 'a valid bearer token is required')
const ENCODING = new TelltaleError('UNSUPPORTED_ENCODING', `grpc-encoding must be one of ${ACCEPT_ENCODING}`)
const DEADLINE = new TelltaleError('DEADLINE_EXCEEDED', 'the call took longer than its deadline')
const FRAMING = new TelltaleError(
  'BAD_FRAMING',
  `the request is not one message of ${FRAME_PREFIX_BYTES} bytes of prefix and its length`,
)
