/**
 * Words of the rows, attributes and resources of a RecordBatch, see record-batch.ts for the drawing. Numbers only: this
 * file is compiled into WebAssembly as well.
 */

// Row words
export const ROW_STRIDE = 16
export const SEVERITY = 0 // logs: severity_number 0..24
export const RESOURCE = 1 // index of the resource in this batch
export const ATTR_START = 2 // first attribute row
export const ATTR_END = 3 // past the last one, nested leaves included
export const TEXT_TYPE = 4 // VALUE_* of the body; VALUE_STRING for span and metric names
export const TEXT_START = 5
export const TEXT_END = 6
export const TRACE_START = 7 // 16 raw bytes, or 32 hex digits when FLAG_HEX_IDS; -1 when absent
export const SPAN_START = 8 // 8 raw bytes or 16 hex digits; -1 when absent
export const STATUS = 9 // spans: status code 0 unset, 1 ok, 2 error; metrics: METRIC_*
export const KIND = 10 // spans: span kind 0..5
export const FLAGS = 11
export const EVENT_START = 12 // logs: event_name; metrics: unit
export const EVENT_END = 13
export const SCOPE = 14 // attribute row of the scope's name, or -1; the scope's attributes follow it, marked NESTED

export const FLAG_HEX_IDS = 1
export const FLAG_MONOTONIC = 2
export const FLAG_CUMULATIVE = 4

export const METRIC_GAUGE = 1
export const METRIC_SUM = 2
export const METRIC_HISTOGRAM = 3
export const METRIC_EXP_HISTOGRAM = 4
export const METRIC_SUMMARY = 5

// Attribute words
export const ATTR_STRIDE = 8
export const KEY = 0 // id in the KeyTable, 0 when not interned
export const TYPE = 1 // VALUE_*, with NESTED set for leaves of an array or map
export const VALUE_START = 2
export const VALUE_END = 3
// Hash of the value's text, set only when the key has ROLE_HASH. A number or boolean hashes as its decimal text, so
// that int 200, string "200" and hashText('200', keys.seed) agree in every encoding.
export const HASH_A = 4
export const HASH_B = 5
export const KEY_START = 6 // the key's bytes; equal to KEY_END for array elements and unnamed text
export const KEY_END = 7

/** AnyValue of opentelemetry/proto/common/v1/common.proto. */
export const VALUE_NONE = 0
export const VALUE_STRING = 1
export const VALUE_BOOL = 2 // `number` is 0 or 1
export const VALUE_INT = 3 // `number` holds it, exact to 2^53
export const VALUE_DOUBLE = 4
export const VALUE_ARRAY = 5 // leaves follow as further attribute rows marked NESTED
export const VALUE_MAP = 6 // the same
export const VALUE_BYTES = 7 // also what lies deeper than the decoder follows: its encoded bytes as one leaf
export const VALUE_MASK = 0xff
export const NESTED = 0x100

// Resource words
export const RESOURCE_STRIDE = 4
export const RES_ATTR_START = 0
export const RES_ATTR_END = 1

/** Readable bytes past the end of the payload, so that 4-byte loads at its end are in range. */
export const SLACK_BYTES = 16
