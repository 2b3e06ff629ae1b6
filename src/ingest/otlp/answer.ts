import { ERRORS, type TelltaleError } from '../../core/errors.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { SignalRoute } from './signal.ts'

/** Bodies of OTLP answers in protobuf and JSON. Off the hot path: a full success has a constant body. */

export type BodyFormat = 'otlp_proto' | 'otlp_json'

/** What a client is told. `rejected` counts records left out of a batch that was otherwise taken. */
export interface Answer {
  readonly outcome: Outcome
  readonly rejected: number
}

const EMPTY_PROTO = new Uint8Array(0)
const EMPTY_JSON = Buffer.from('{}')
const RETRYABLE_HTTP: readonly number[] = [429, 502, 503, 504]
const GRPC_RESOURCE_EXHAUSTED = 8
const GRPC_UNAVAILABLE = 14

/** HTTP status of an outcome; what may be retried always has a status that OTLP clients retry. */
export function httpStatus(outcome: Outcome): number {
  if (outcome.kind === 'done') return 200
  const status = ERRORS[outcome.cause.code].http
  return outcome.kind === 'retry' && !RETRYABLE_HTTP.includes(status) ? 503 : status
}

/** gRPC status of an outcome; what may be retried always has a status that, with RetryInfo, OTLP clients retry. */
export function grpcStatus(outcome: Outcome): number {
  if (outcome.kind === 'done') return 0
  const status = ERRORS[outcome.cause.code].grpc
  const retryable = status === GRPC_RESOURCE_EXHAUSTED || status === GRPC_UNAVAILABLE
  return outcome.kind === 'retry' && !retryable ? GRPC_UNAVAILABLE : status
}

/** Body of Export{Logs,Trace,Metrics}ServiceResponse: the three share field numbers. */
export function exportResponse(route: SignalRoute, rejected: number, format: BodyFormat): Uint8Array {
  if (rejected === 0) return format === 'otlp_proto' ? EMPTY_PROTO : EMPTY_JSON
  if (format === 'otlp_json') {
    const partialSuccess = { [route.rejectedField]: String(rejected), errorMessage: route.partialMessage }
    return Buffer.from(JSON.stringify({ partialSuccess }))
  }
  // partial_success = 1 { rejected_* = 1 int64, error_message = 2 }
  return bytes(1, concat(varint(1, rejected), bytes(2, Buffer.from(route.partialMessage))))
}

/** Body of google.rpc.Status. @param retryAfterMs adds google.rpc.RetryInfo (protobuf only) */
export function statusBody(
  code: number,
  error: TelltaleError,
  format: BodyFormat,
  retryAfterMs = -1,
): Uint8Array {
  if (format === 'otlp_json') return Buffer.from(JSON.stringify({ code, message: error.message }))
  const head = concat(varint(1, code), bytes(2, Buffer.from(error.message)))
  return retryAfterMs < 0 ? head : concat(head, bytes(3, retryInfo(retryAfterMs)))
}

/** google.protobuf.Any of google.rpc.RetryInfo { retry_delay = 1 Duration { seconds = 1, nanos = 2 } } */
function retryInfo(afterMs: number): Uint8Array {
  const whole = Math.max(0, Math.round(afterMs))
  const delay = concat(varint(1, Math.floor(whole / 1000)), varint(2, (whole % 1000) * 1e6))
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo')
  return concat(bytes(1, type), bytes(2, bytes(1, delay)))
}

const concat = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts)

/** A varint field, left out when 0 as proto3 does. @param value integer, 0..2^53 */
function varint(field: number, value: number): Uint8Array {
  return value === 0 ? EMPTY_PROTO : Uint8Array.from([field << 3, ...varintBytes(value)])
}

/** A length-delimited field, left out when empty. */
function bytes(field: number, value: Uint8Array): Uint8Array {
  return value.length === 0
    ? EMPTY_PROTO
    : concat(Uint8Array.from([(field << 3) | 2, ...varintBytes(value.length)]), value)
}

function varintBytes(value: number): number[] {
  const out: number[] = []
  let rest = value
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  out.push(rest)
  return out
}
