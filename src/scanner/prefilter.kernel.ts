/**
 * Finds literals in raw bytes: a filter over every second byte pair, then an anchored walk of a trie.
 *
 *   bytes   a c c e s s _ k e y = ...
 *   pairs   |ac|ce|ss|_k|ey|        one table look-up each, stride 2
 *   table   u32 a pair, four lanes of eight buckets; a bit says that the pair may stand at that offset of a keyword
 *           lane 0: offset 0    lane 2: offset 2                  keyword begins at the pair
 *           lane 1: offset 1    lane 3: offset 3   (long buckets) keyword begins one byte before the pair
 *           lane 1: offset -1   lane 3: offset 1   (short buckets) keyword begins at the pair's second byte
 *   match   lanes 0, 1 of a pair & lanes 2, 3 of the next
 *
 * Keywords of three bytes have buckets of their own: at an odd place only two of their bytes would be seen otherwise.
 * A shift-and filter as in G. Navarro & M. Raffinot, "Flexible Pattern Matching in Strings" (2002), ch. 2, on pairs as
 * in Hyperscan's FDR. A false candidate costs a trie step; no keyword is ever missed. Candidates are gathered first and
 * walked afterwards: measured 1.5 times as fast as walking inside the loop (bench/scanner).
 */

export interface PrefilterTables {
  /** 65,536 lanes by little-endian byte pair. */
  readonly pairs: Int32Array
  /** Buckets, as bits, whose keywords have three bytes. */
  readonly shortBuckets: number
  /** Bits of the keywords' beginnings, by {@link beginning4} and, for those of three bytes, {@link beginning3}. */
  readonly beginnings4: Int32Array
  readonly beginnings3: Int32Array
  /** First trie state by first byte, 0 when none. */
  readonly root: Uint16Array
  /** Column of `next` by byte; 0 is "no keyword has it". */
  readonly column: Uint8Array
  readonly columns: number
  /** `next[state * columns + column[byte]]`, 0 when none. */
  readonly next: Uint16Array
  /** Keywords ending in a state: `out[outStart[s]..outStart[s + 1])`. */
  readonly outStart: Int32Array
  readonly out: Int32Array
}

/** Hits are pairs (position, keyword), in order of position. */
export const HIT_WORDS = 2
const HIT_CAPACITY = 8192
export const hits = new Int32Array(HIT_CAPACITY * HIT_WORDS)
/** Hits found by the last call. */
export let hitCount = 0

const IS_BIG_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0
let pairBuffer: ArrayBufferLike | null = null
let pairView: Uint16Array = new Uint16Array(0)

/** The buffer as byte pairs, remembered, because batches reuse theirs. */
function pairsOf(buffer: ArrayBufferLike): Uint16Array {
  if (pairBuffer !== buffer) {
    pairBuffer = buffer
    pairView = new Uint16Array(buffer, 0, buffer.byteLength >> 1)
  }
  return pairView
}

/** Candidates of one call: pair index and the mask of lanes that matched. */
const CANDIDATES = 2048
const candidates = new Int32Array(CANDIDATES * 2)
let candidateCount = 0
/** First place that the last {@link walkCandidates} did not walk. */
let walkedTo = 0
/** A keyword is at most this often inside another at one place. */
const MAX_HITS_A_CANDIDATE = 24

/**
 * Fills `hits` from `from` on. Returns where to go on, or `end` when all is read.
 * @param bytes any bytes; [from, end) is looked at, and nothing outside ever matches
 */
export function findKeywords(t: PrefilterTables, bytes: Uint8Array, from: number, end: number): number {
  hitCount = 0
  const u16 = pairsOf(bytes.buffer)
  const base = bytes.byteOffset
  // The pair before the first is read as well: a keyword may begin at its second byte. The last pair is walked plainly,
  // so that no pair past the end is read.
  const first = Math.max(0, ((base + from) >> 1) - 1)
  const stop = Math.min((base + end) >> 1, u16.length - 1)
  let plain = from
  if (!IS_BIG_ENDIAN && first < stop) {
    const reached = gather(t.pairs, u16, first, stop)
    const overflow = walkCandidates(t, bytes, base, from, end)
    if (overflow >= 0) return overflow
    // A pair not looked at may still begin one byte before itself; what was walked there is not walked again.
    plain = Math.max(from, walkedTo, reached * 2 - base - 1)
    if (reached < stop) return plain
  }
  for (let at = plain; at < end; at++) {
    walk(t, bytes, at, end)
    if (hitCount > HIT_CAPACITY - MAX_HITS_A_CANDIDATE * 3) return at + 1
  }
  return end
}

/** @returns the first pair not looked at */
function gather(pairs: Int32Array, u16: Uint16Array, first: number, stop: number): number {
  const found = candidates
  let n = 0
  let i = first
  let lanes = pairs[u16[i]!]!
  while (i < stop) {
    const following = pairs[u16[i + 1]!]!
    const mask = lanes & (following >>> 16)
    lanes = following
    if (mask !== 0) {
      found[n] = i
      found[n + 1] = mask
      n += 2
      if (n === CANDIDATES * 2) {
        i++
        break
      }
    }
    i++
  }
  candidateCount = n >> 1
  return i
}

/** @returns where to go on when `hits` is full, else -1 */
function walkCandidates(
  t: PrefilterTables,
  bytes: Uint8Array,
  base: number,
  from: number,
  end: number,
): number {
  const short = t.shortBuckets << 8
  const long = ~t.shortBuckets & 0xff
  let least = from
  for (let c = 0; c < candidateCount; c++) {
    const mask = candidates[c * 2 + 1]!
    const at = candidates[c * 2]! * 2 - base
    // Neighbouring candidates may ask for the same place: each is walked once, in order.
    if ((mask & (long << 8)) !== 0 && at - 1 >= least) {
      least = at
      walk(t, bytes, at - 1, end)
    }
    if ((mask & 0xff) !== 0 && at >= least && at < end) {
      least = at + 1
      walk(t, bytes, at, end)
    }
    if ((mask & short) !== 0 && at + 1 >= least && at + 1 < end) {
      least = at + 2
      walk(t, bytes, at + 1, end)
    }
    if (hitCount > HIT_CAPACITY - MAX_HITS_A_CANDIDATE * 3) {
      return Math.max(least, at + 1)
    }
  }
  walkedTo = least
  return -1
}

/** Words in a bitmap of beginnings: 32,768 bits, which stays in the first cache. */
export const BEGINNING_WORDS = 1024

/** Place of four bytes in a bitmap of beginnings. Multiplicative hashing, D. Knuth, TAOCP vol. 3, 6.4. */
export const beginning4 = (a: number, b: number, c: number, d: number): number =>
  Math.imul(a | (b << 8) | (c << 16) | (d << 24), 0x9e3779b1) >>> 17
export const beginning3 = (a: number, b: number, c: number): number =>
  Math.imul(a | (b << 8) | (c << 16), 0x9e3779b1) >>> 17

/** Records every keyword that begins at `at`. */
function walk(t: PrefilterTables, bytes: Uint8Array, at: number, end: number): void {
  if (at + 4 <= end) {
    const a = bytes[at]!
    const b = bytes[at + 1]!
    const c = bytes[at + 2]!
    const four = beginning4(a, b, c, bytes[at + 3]!)
    if ((t.beginnings4[four >> 5]! & (1 << (four & 31))) === 0) {
      const three = beginning3(a, b, c)
      if ((t.beginnings3[three >> 5]! & (1 << (three & 31))) === 0) return
    }
  }
  let state = t.root[bytes[at]!]!
  if (state === 0) return
  const next = t.next
  const column = t.column
  const columns = t.columns
  let p = at + 1
  while (p < end) {
    state = next[state * columns + column[bytes[p]!]!]!
    if (state === 0) return
    p++
    const last = t.outStart[state + 1]!
    for (let k = t.outStart[state]!; k < last; k++) {
      hits[hitCount * 2] = at
      hits[hitCount * 2 + 1] = t.out[k]!
      hitCount++
    }
  }
}
