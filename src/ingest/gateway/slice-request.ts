import { next, openSpan, skipField, spanEnd, varint32 } from '../otlp/decode/wire.kernel.ts'
import { keyOfGroup } from './resource-key.kernel.ts'
import { splitGroup } from './split-group.ts'

/** One message: an export request that holds resources of one key. */
export interface Slice {
  readonly key: string
  readonly value: Buffer
}

export interface Sliced {
  readonly slices: readonly Slice[]
  /** Records left out because one alone is larger than a message may be. */
  readonly rejected: number
}

/**
 * An OTLP export request cut by resource, without decoding it: the request is a run of resource groups, so byte ranges
 * of it are requests again.
 *
 *   | A ....... | B ... | A .... |   ->   key A: | A ....... | A .... |     key B: | B ... |
 *
 * A message that would be larger than `maxBytes` is cut between groups, then between scopes, then between records.
 * @param bytes with 16 readable bytes past `end` (wire.kernel.ts)
 * @returns null when the framing is broken; copies, so `bytes` may be reused
 */
export function sliceRequest(
  bytes: Buffer,
  end: number,
  names: readonly Uint8Array[],
  maxBytes: number,
): Sliced | null {
  const byKey = new Map<string, Buffer[]>()
  const slices: Slice[] = []
  let rejected = 0
  for (let p = 0; p < end; ) {
    const from = p
    const tag = varint32(bytes, p)
    p = next
    if (p < 0 || p > end) return null
    if (tag !== 0x0a) {
      p = skipField(bytes, p, end, tag) // a field no version of OTLP knows belongs to no resource
      if (p < 0) return null
      continue
    }
    p = openSpan(bytes, p, end)
    if (p < 0) return null
    const stop = spanEnd
    const key = keyOfGroup(bytes, p, stop, names)
    if (key === null) return null
    if (stop - from <= maxBytes) {
      const groups = byKey.get(key)
      if (groups === undefined) byKey.set(key, [bytes.subarray(from, stop)])
      else groups.push(bytes.subarray(from, stop))
    } else {
      const split = splitGroup(bytes, p, stop, maxBytes)
      if (split === null) return null
      rejected += split.rejected
      for (const value of split.requests) slices.push({ key, value })
    }
    p = stop
  }
  for (const [key, groups] of byKey) {
    for (const value of packed(groups, maxBytes)) slices.push({ key, value })
  }
  return { slices, rejected }
}

/** Byte ranges one after the other, in as few messages as hold them. */
function* packed(ranges: readonly Buffer[], maxBytes: number): Generator<Buffer> {
  let first = 0
  let size = 0
  for (let i = 0; i < ranges.length; i++) {
    const length = ranges[i]!.length
    if (i > first && size + length > maxBytes) {
      yield Buffer.concat(ranges.slice(first, i), size)
      first = i
      size = 0
    }
    size += length
  }
  if (first < ranges.length) yield Buffer.concat(ranges.slice(first), size)
}
