import { MALFORMED, next, openSpan, skipField, spanEnd, varint32 } from '../otlp/decode/wire.kernel.ts'

/**
 * The message key of a resource, read from its protobuf bytes: the values of the configured attributes, joined by `/`.
 *
 *   group { 1: Resource { 1: KeyValue { 1: key, 2: AnyValue { 1: string } } } }
 *
 * Bounds are those of wire.kernel.ts. Source: opentelemetry/proto/{common,resource}/v1.
 */

/** What stands for a missing `service.name`. Source: OpenTelemetry resource semantic conventions. */
const UNKNOWN = 'unknown_service'

/** Values of the attributes named, by their place in `names`; reused between calls. */
const found: (string | null)[] = []

/** @returns the key of the resource group in [p, end), or null when it is malformed */
export function keyOfGroup(
  bytes: Buffer,
  from: number,
  end: number,
  names: readonly Uint8Array[],
): string | null {
  found.length = 0
  for (let p = from; p < end; ) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return null
    if (tag === 0x0a) {
      p = openSpan(bytes, p, end)
      const stop = spanEnd
      if (p < 0 || readResource(bytes, p, stop, names) < 0) return null
      p = stop
    } else {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return null
    }
  }
  return joinKey(names.map((_, i) => found[i] ?? null))
}

/** The same rule for every encoding. */
export function joinKey(values: readonly (string | null)[]): string {
  return values.every((v) => v === null || v === '') ? UNKNOWN : values.map((v) => v ?? '').join('/')
}

function readResource(bytes: Buffer, p: number, end: number, names: readonly Uint8Array[]): number {
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag !== 0x0a) {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
      continue
    }
    p = openSpan(bytes, p, end)
    const stop = spanEnd
    if (p < 0 || readAttribute(bytes, p, stop, names) < 0) return MALFORMED
    p = stop
  }
  return 0
}

/** Takes the value of a KeyValue whose key is wanted; the first of a name counts. */
function readAttribute(bytes: Buffer, p: number, end: number, names: readonly Uint8Array[]): number {
  let name = -1
  let valueStart = 0
  let valueEnd = 0
  while (p < end) {
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return MALFORMED
    if (tag !== 0x0a && tag !== 0x12) {
      p = skipField(bytes, p, end, tag)
      if (p < 0) return MALFORMED
      continue
    }
    p = openSpan(bytes, p, end)
    if (p < 0) return MALFORMED
    if (tag === 0x0a) name = indexOf(bytes, p, spanEnd, names)
    else {
      valueStart = p
      valueEnd = spanEnd
    }
    p = spanEnd
  }
  if (name >= 0 && found[name] === undefined) found[name] = textOf(bytes, valueStart, valueEnd)
  return 0
}

function indexOf(bytes: Buffer, start: number, end: number, names: readonly Uint8Array[]): number {
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!
    if (name.length !== end - start) continue
    let at = 0
    while (at < name.length && bytes[start + at] === name[at]) at++
    if (at === name.length) return i
  }
  return -1
}

/** A string as it is, anything else as the hex of its bytes: only that equal values agree matters. */
function textOf(bytes: Buffer, p: number, end: number): string {
  if (p < end && bytes[p] === 0x0a) {
    const start = openSpan(bytes, p + 1, end)
    if (start >= 0 && spanEnd === end) return bytes.toString('utf8', start, end)
  }
  return bytes.toString('hex', p, end)
}
