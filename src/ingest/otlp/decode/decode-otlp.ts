import type { RecordBatch } from '../../../columns/record-batch.ts'
import type { PayloadFormat } from '../../../columns/stage.ts'
import { type ErrorCode, TelltaleError } from '../../../core/errors.ts'
import { DONE, type Outcome } from '../../../core/outcome.ts'
import { setAttrLimits } from './attribute-row.kernel.ts'
import { requestJson } from './json/json-request.kernel.ts'
import { BAD_SHAPE, NO_BYTES, TOO_NESTED } from './json/json-scan.kernel.ts'
import type { DecodeLimits } from './limits.ts'
import { request } from './request.kernel.ts'
import { NO_ROOM } from './wire.kernel.ts'

/**
 * Decodes the export request in `batch.bytes[0..payloadEnd)` into rows, after `batch.signal`: a request for logs,
 * spans or metrics. Rows decoded before are dropped.
 *
 * @returns `done`; the rows are in `batch`, and `batch.rejected` counts records that were bad or over a limit.
 *   `refused` with BAD_PROTOBUF, BAD_JSON, TOO_DEEP or TOO_MANY_ROWS leaves the batch without rows. Never throws on input.
 * Source: opentelemetry-proto 1.5, opentelemetry/proto/collector/{logs,trace,metrics}/v1.
 */
export function decodeOtlp(batch: RecordBatch, format: PayloadFormat, limits: DecodeLimits): Outcome {
  clear(batch)
  // proves every index of the kernels: at least SLACK_BYTES are readable past the payload
  batch.ensureBytes(batch.payloadEnd)
  setAttrLimits(batch, limits)
  if (format !== 'otlp_proto' && format !== 'otlp_json') {
    return refuse(batch, 'UNSUPPORTED_MEDIA_TYPE', 'not an OTLP encoding')
  }
  try {
    const isJson = format === 'otlp_json'
    const done = isJson ? requestJson(batch, limits.rowsMax) : request(batch, limits.rowsMax)
    if (done === 0) return DONE
    if (done === NO_ROOM) return refuse(batch, 'TOO_MANY_ROWS', 'too many attributes')
    if (!isJson) return refuse(batch, 'BAD_PROTOBUF', 'the protobuf framing is broken')
    if (done === TOO_NESTED) return refuse(batch, 'TOO_DEEP', 'brackets nest too deep')
    if (done === NO_BYTES) return refuse(batch, 'TOO_LARGE', 'no room for unescaped text')
    return refuse(batch, 'BAD_JSON', done === BAD_SHAPE ? 'not an OTLP export request' : 'not JSON')
  } catch (cause) {
    // an allocation that fails is a RangeError; anything else is a defect, and not the sender's
    if (cause instanceof RangeError) return refuse(batch, 'TOO_LARGE', 'no memory for the decoded request')
    return refuse(batch, 'INTERNAL', 'the decoder failed', cause)
  }
}

function refuse(batch: RecordBatch, code: ErrorCode, message: string, cause?: unknown): Outcome {
  clear(batch)
  return { kind: 'refused', cause: new TelltaleError(code, message, { cause }) }
}

function clear(batch: RecordBatch): void {
  batch.count = 0
  batch.attrCount = 0
  batch.resourceCount = 0
  batch.rejected = 0
  batch.deep = 0
  batch.bytesEnd = batch.payloadEnd
}
