import type { Outcome } from '../../../core/outcome.ts'
import { grpcStatus, statusBody } from '../answer.ts'
import { HAS_ZSTD } from '../inflate.ts'

/** gRPC's own headers and trailers. Source: gRPC over HTTP/2 (PROTOCOL-HTTP2.md). */

export type Trailers = Record<string, string>

const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 }

/** @returns ms of a grpc-timeout such as `10S`, or null when there is none that can be read */
export function parseGrpcTimeout(header: string | undefined): number | null {
  if (header === undefined) return null
  const match = /^(\d{1,8})([HMSmun])$/.exec(header)
  return match === null ? null : Number(match[1]) * UNIT_MS[match[2]!]!
}

/** Percent-encodes everything but printable ASCII, and `%`. */
export function encodeGrpcMessage(message: string): string {
  let out = ''
  for (const byte of Buffer.from(message)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    out += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

/** Trailers of anything but success: status, message, and google.rpc.Status with RetryInfo where a retry may help. */
export function errorTrailers(outcome: Exclude<Outcome, { kind: 'done' }>): Trailers {
  const { cause } = outcome
  const code = grpcStatus(outcome)
  const trailers: Trailers = { 'grpc-status': String(code), 'grpc-message': encodeGrpcMessage(cause.message) }
  if (outcome.kind === 'retry') {
    const status = statusBody(code, cause, 'otlp_proto', outcome.afterMs)
    trailers['grpc-status-details-bin'] = Buffer.from(status).toString('base64').replace(/=+$/, '')
  }
  if (cause.code === 'UNSUPPORTED_ENCODING') trailers['grpc-accept-encoding'] = ACCEPT_ENCODING
  return trailers
}

export const ACCEPT_ENCODING = HAS_ZSTD ? 'identity,gzip,deflate,zstd' : 'identity,gzip,deflate'
export const OK_TRAILERS: Trailers = { 'grpc-status': '0' }
