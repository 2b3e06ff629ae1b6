/** A secret to be masked in an excerpt; offsets in the bytes. */
export interface MaskedSpan {
  readonly start: number
  readonly end: number
  readonly masked: string
}

/** What an excerpt shows around its secret, besides the masks of those it cuts. */
export const EXCERPT_BEFORE_BYTES = 80
export const EXCERPT_AFTER_BYTES = 40
const decoder = new TextDecoder()
/** Control characters would move a terminal's cursor or break a line of output. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/**
 * The text around `focus` with every secret masked.
 * @param spans in order, not overlapping
 * @param from first byte that may be shown, @param to past the last
 */
export function excerptOf(
  bytes: Uint8Array,
  from: number,
  to: number,
  spans: readonly MaskedSpan[],
  focus: MaskedSpan,
): string {
  let start = Math.max(from, focus.start - EXCERPT_BEFORE_BYTES)
  let end = Math.min(to, focus.end + EXCERPT_AFTER_BYTES)
  // A cut inside another secret would show its half: widen over it, the mask is short.
  for (const s of spans) {
    if (s.start < start && s.end > start) start = s.start
    if (s.start < end && s.end > end) end = s.end
  }
  let out = start > from ? '…' : ''
  let p = start
  for (const s of spans) {
    if (s.start < p || s.end > end) continue
    out += decoder.decode(bytes.subarray(p, s.start)) + s.masked
    p = s.end
  }
  out += decoder.decode(bytes.subarray(p, end))
  return (out + (end < to ? '…' : '')).replace(CONTROL, ' ')
}
