import type { ServerResponse } from 'node:http'
import { ERRORS, type TelltaleError } from '../../../core/errors.ts'
import { type Answer, type BodyFormat, exportResponse, httpStatus, statusBody } from '../answer.ts'
import type { SignalRoute } from '../signal.ts'

/** Writes OTLP/HTTP answers. Source: OTLP specification, «OTLP/HTTP response». */

const MIME: Readonly<Record<BodyFormat, string>> = {
  otlp_proto: 'application/x-protobuf',
  otlp_json: 'application/json',
}

export function writeAnswer(
  res: ServerResponse,
  route: SignalRoute,
  format: BodyFormat,
  { outcome, rejected }: Answer,
): void {
  if (outcome.kind === 'done') {
    write(res, 200, format, exportResponse(route, rejected, format))
    return
  }
  const afterMs = outcome.kind === 'retry' ? outcome.afterMs : -1
  if (afterMs >= 0) res.setHeader('retry-after', Math.max(1, Math.ceil(afterMs / 1000)))
  const { code } = outcome.cause
  if (code === 'UNAUTHENTICATED') res.setHeader('www-authenticate', 'Bearer')
  write(res, httpStatus(outcome), format, statusBody(ERRORS[code].grpc, outcome.cause, format, afterMs))
}

/** An answer to a request that names no signal: JSON, since nothing says what the client reads. */
export function writeError(res: ServerResponse, error: TelltaleError): void {
  write(res, error.spec.http, 'otlp_json', statusBody(error.spec.grpc, error, 'otlp_json'))
}

function write(res: ServerResponse, status: number, format: BodyFormat, body: Uint8Array): void {
  if (res.headersSent || res.destroyed) return
  res.writeHead(status, { 'content-type': MIME[format], 'content-length': body.length })
  if (body.length > 0) res.end(body)
  else res.end()
}
