import type { IncomingMessage, ServerResponse } from 'node:http'
import { TelltaleError } from '../../../core/errors.ts'
import type { Outcome } from '../../../core/outcome.ts'
import type { Answer, BodyFormat } from '../answer.ts'
import type { BearerTokens } from '../auth.ts'
import { draining, Exchange, type ExchangeLimits, refused } from '../exchange.ts'
import { type Encoding, parseEncoding } from '../inflate.ts'
import type { OtlpDeps, OtlpShared } from '../shared.ts'
import type { SignalRoute } from '../signal.ts'
import type { Cors } from './cors.ts'
import { writeAnswer } from './reply.ts'

export interface ExportRouteContext {
  readonly deps: OtlpDeps
  readonly shared: OtlpShared
  readonly limits: ExchangeLimits
  readonly tokens: BearerTokens | null
  readonly cors: Cors
  /** Read with every request: a receiver that stops still answers what arrives on open connections. */
  readonly draining: () => boolean
}

/** One POST of an export request: checks the headers, reads the body, answers from the outcome. */
export function handleExport(
  context: ExportRouteContext,
  route: SignalRoute,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  const { deps, shared, limits } = context
  if (context.cors.enabled) context.cors.allow(req, res)
  const format = parseFormat(req.headers['content-type'])
  const encoding = parseEncoding(req.headers['content-encoding'])
  const exchange = new Exchange(deps, shared, limits, 'http', route)
  const answer = (given: Answer): void => {
    if (exchange.over) return
    exchange.answered(given.outcome)
    writeAnswer(res, route, format ?? 'otlp_json', given)
  }
  req.on('error', ignore)
  res.on('error', ignore) // a client that went away while it was answered
  const early = refuseEarly(context, exchange, req, format, encoding)
  if (early !== null || format === null || encoding === null) {
    req.resume() // what is still sent is discarded, so that the client gets to read the answer
    answer({ outcome: early!, rejected: 0 })
    return
  }
  req.on('data', (chunk: Buffer) => {
    const outcome = exchange.push(chunk)
    if (outcome !== null) answer({ outcome, rejected: 0 })
  })
  req.on('end', () => exchange.finish(encoding, format, answer))
  req.on('close', () => {
    if (!req.complete) exchange.abort()
  })
}

function refuseEarly(
  { tokens, draining: isDraining }: ExportRouteContext,
  exchange: Exchange,
  req: IncomingMessage,
  format: BodyFormat | null,
  encoding: Encoding | null,
): Outcome | null {
  if (tokens !== null && !tokens.accepts(req.headers.authorization)) return refused(UNAUTHENTICATED)
  if (format === null) return refused(MEDIA_TYPE)
  if (encoding === null) return refused(ENCODING)
  if (isDraining()) return draining()
  const length = req.headers['content-length']
  return exchange.admit(length === undefined ? 0 : Number(length))
}

/** @returns null when the content type is none of OTLP's; parameters such as charset are allowed */
export function parseFormat(contentType: string | undefined): BodyFormat | null {
  if (contentType === undefined) return null
  const semicolon = contentType.indexOf(';')
  const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'otlp_proto'
  return type === 'application/json' ? 'otlp_json' : null
}

const ignore = (): void => {}
const UNAUTHENTICATED = new TelltaleError('UNAUTHENTICATED', 'a valid bearer token is required')
const MEDIA_TYPE = new TelltaleError(
  'UNSUPPORTED_MEDIA_TYPE',
  'content-type must be application/x-protobuf or application/json',
)
const ENCODING = new TelltaleError(
  'UNSUPPORTED_ENCODING',
  'content-encoding must be identity, gzip, deflate or zstd',
)
