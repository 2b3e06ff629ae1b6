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
/** The bytes last asked about and the pairs of their buffer: the `buffer` getter is a call that costs as much as a field. */
let lastBytes: Uint8Array | null = null
let lastBase = 0
let pairView: Uint16Array = new Uint16Array(0)

function rememberPairs(bytes: Uint8Array): void {
  lastBytes = bytes
  lastBase = bytes.byteOffset
  pairView = new Uint16Array(bytes.buffer, 0, bytes.buffer.byteLength >> 1)
}

/** Places of one call at which a keyword may begin, ascending. */
const CANDIDATES = 2048
const candidates = new Int32Array(CANDIDATES)
let candidateCount = 0
const MIN_KEYWORD_BYTES = 3
/** A keyword is at most this often inside another at one place. */
const MAX_HITS_A_CANDIDATE = 24

/**
 * Fills `hits` from `from` on. Returns where to go on, or `end` when all is read.
 * @param bytes any bytes; [from, end) is looked at, and nothing outside ever matches
 */
export function findKeywords(t: PrefilterTables, bytes: Uint8Array, from: number, end: number): number {
  hitCount = 0
  if (bytes !== lastBytes) rememberPairs(bytes)
  const u16 = pairView
  const base = lastBase
  // The pair before the first is read as well: a keyword may begin at its second byte. The last pairs are walked
  // plainly, so that no pair past the end is read.
  const first = Math.max(0, ((base + from) >> 1) - 1)
  const stop = Math.min((base + end) >> 1, u16.length - 1) - 1
  let plain = from
  if (!IS_BIG_ENDIAN && first < stop) {
    const reached = gather(t, u16, first, stop, base, from)
    for (let c = 0; c < candidateCount; c++) {
      walk(t, bytes, candidates[c]!, end)
      if (hitCount > HIT_CAPACITY - MAX_HITS_A_CANDIDATE) return candidates[c]! + 1
    }
    // The first pair not looked at may still begin one byte before itself.
    plain = Math.max(from, reached * 2 - base - 1)
    if (candidateCount > 0) plain = Math.max(plain, candidates[candidateCount - 1]! + 1)
    if (reached < stop) return plain
  }
  for (let at = plain; at <= end - MIN_KEYWORD_BYTES; at++) {
    if (mayBegin(t, bytes, at, end)) walk(t, bytes, at, end)
    if (hitCount > HIT_CAPACITY - MAX_HITS_A_CANDIDATE) return at + 1
  }
  return end
}

/**
 * Pairs [first, stop): where lanes agree, the four bytes from each place in question, which are in registers already,
 * are looked up among the keywords' beginnings; what is left are a tenth of a place a log record.
 * @returns the first pair not looked at
 */
function gather(
  t: PrefilterTables,
  u16: Uint16Array,
  first: number,
  stop: number,
  base: number,
  from: number,
): number {
  const pairs = t.pairs
  const four = t.beginnings4
  const three = t.beginnings3
  const short = t.shortBuckets
  const shortBefore = short << 8
  const longBefore = (~short & 0xff) << 8
  const here = 0xff
  let n = 0
  let last = from - 1
  let i = first
  let before = i > 0 ? u16[i - 1]! : 0
  let pair = u16[i]!
  let lanes = pairs[pair]!
  while (i < stop) {
    const next = u16[i + 1]!
    const following = pairs[next]!
    const mask = lanes & (following >>> 16)
    lanes = following
    if (mask !== 0) {
      const at = i * 2 - base
      if ((mask & longBefore) !== 0 && at - 1 > last) {
        const h = Math.imul((before >>> 8) | (pair << 8) | (next << 24), GOLDEN) >>> 17
        if (((four[h >> 5]! >>> (h & 31)) & 1) !== 0) {
          last = at - 1
          candidates[n++] = last
        }
      }
      if ((mask & here) !== 0 && at > last) {
        const w = pair | (next << 16)
        const h = Math.imul(w, GOLDEN) >>> 17
        const k = Math.imul(w & 0xffffff, GOLDEN) >>> 17
        if ((((four[h >> 5]! >>> (h & 31)) | (three[k >> 5]! >>> (k & 31))) & 1) !== 0) {
          last = at
          candidates[n++] = at
        }
      }
      if ((mask & shortBefore) !== 0 && at + 1 > last) {
        const k = Math.imul((pair >>> 8) | (next << 8), GOLDEN) >>> 17
        if (((three[k >> 5]! >>> (k & 31)) & 1) !== 0) {
          last = at + 1
          candidates[n++] = last
        }
      }
      if (n > CANDIDATES - 3) {
        i++
        break
      }
    }
    before = pair
    pair = next
    i++
  }
  candidateCount = n
  return i
}

/** Words in a bitmap of beginnings: 32,768 bits, which stays in the first cache. */
export const BEGINNING_WORDS = 1024
/** 2^32 over the golden ratio. */
const GOLDEN = 0x9e3779b1

/** Place of four bytes in a bitmap of beginnings. Multiplicative hashing, D. Knuth, TAOCP vol. 3, 6.4. */
export const beginning4 = (a: number, b: number, c: number, d: number): number =>
  Math.imul(a | (b << 8) | (c << 16) | (d << 24), GOLDEN) >>> 17
export const beginning3 = (a: number, b: number, c: number): number =>
  Math.imul(a | (b << 8) | (c << 16), GOLDEN) >>> 17

/** Whether the bytes at `at`, of which three are before `end`, are the beginning of a keyword. */
function mayBegin(t: PrefilterTables, bytes: Uint8Array, at: number, end: number): boolean {
  const w = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
  const k = Math.imul(w, GOLDEN) >>> 17
  if (((t.beginnings3[k >> 5]! >>> (k & 31)) & 1) !== 0) return true
  if (at + 4 > end) return false
  const h = Math.imul(w | (bytes[at + 3]! << 24), GOLDEN) >>> 17
  return ((t.beginnings4[h >> 5]! >>> (h & 31)) & 1) !== 0
}

/** Records every keyword that begins at `at`. */
function walk(t: PrefilterTables, bytes: Uint8Array, at: number, end: number): void {
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
