import { next, openSpan, skipField, spanEnd, varint32 } from '../otlp/decode/wire.kernel.ts'

/**
 * One resource group that is too large for a message, as several requests. The three signals share the framing:
 *
 *   request { 1: group { 1: resource, 2: scope group { 1: scope, 2: record ..., 3: schema }, 3: schema } }
 *
 * Each piece repeats the resource and, where a scope is cut, the scope; records are copied as they are. A record that
 * does not fit even alone is left out and counted.
 */
export function splitGroup(
  bytes: Buffer,
  from: number,
  end: number,
  maxBytes: number,
): { readonly requests: readonly Buffer[]; readonly rejected: number } | null {
  const group = partsOf(bytes, from, end)
  if (group === null) return null
  const room = maxBytes - group.headBytes - 2 * FIELD_BYTES
  const requests: Buffer[] = []
  let rejected = 0
  let piece: Buffer[] = []
  let pieceBytes = 0
  const flush = (): void => {
    if (piece.length > 0) requests.push(field([...group.head, ...piece]))
    piece = []
    pieceBytes = 0
  }
  const add = (scope: Buffer): void => {
    if (pieceBytes + scope.length > room) flush()
    piece.push(scope)
    pieceBytes += scope.length
  }
  for (const whole of group.items) {
    if (whole.range.length <= room) {
      add(whole.range)
      continue
    }
    const scope = partsOf(bytes, whole.start, whole.end)
    if (scope === null) return null
    let records: Buffer[] = []
    let size = 0
    for (const { range } of scope.items) {
      if (scope.headBytes + range.length + FIELD_BYTES > room) {
        rejected++
        continue
      }
      if (scope.headBytes + size + range.length + FIELD_BYTES > room) {
        add(field([...scope.head, ...records], SCOPE_GROUP))
        records = []
        size = 0
      }
      records.push(range)
      size += range.length
    }
    if (records.length > 0) add(field([...scope.head, ...records], SCOPE_GROUP))
  }
  flush()
  return { requests, rejected }
}

interface Item {
  /** Tag, length and content. */
  readonly range: Buffer
  /** Content alone, positions in the request. */
  readonly start: number
  readonly end: number
}

interface Parts {
  /** Everything but field 2, as it is. */
  readonly head: readonly Buffer[]
  readonly headBytes: number
  /** Field 2: scope groups of a group, records of a scope group. */
  readonly items: readonly Item[]
}

const RESOURCE_GROUP = 0x0a
const SCOPE_GROUP = 0x12
/** Tag and length of a field of up to 256 MiB. */
const FIELD_BYTES = 5

function partsOf(bytes: Buffer, from: number, end: number): Parts | null {
  const head: Buffer[] = []
  const items: Item[] = []
  let headBytes = 0
  for (let p = from; p < end; ) {
    const start = p
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return null
    if (tag === SCOPE_GROUP) {
      p = openSpan(bytes, p, end)
      if (p < 0) return null
      items.push({ range: bytes.subarray(start, spanEnd), start: p, end: spanEnd })
      p = spanEnd
      continue
    }
    p = skipField(bytes, p, end, tag)
    if (p < 0) return null
    head.push(bytes.subarray(start, p))
    headBytes += p - start
  }
  return { head, headBytes, items }
}

/** A length-delimited field. */
function field(parts: readonly Buffer[], tag: number = RESOURCE_GROUP): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  const prefix = [tag]
  let rest = length
  for (; rest > 127; rest >>>= 7) prefix.push((rest & 127) | 128)
  prefix.push(rest)
  return Buffer.concat([Buffer.from(prefix), ...parts])
}
