import { BEGINNING_WORDS, beginning3, beginning4, type PrefilterTables } from './prefilter.kernel.ts'

/** A literal to look for; its place in the list is the id that hits carry. */
export interface Keyword {
  readonly text: string
  readonly ignoreCase?: boolean
}

const LANES = 4
const BUCKETS = 8
const SHORT_BUCKETS = 3
const ANY: readonly number[] = Array.from({ length: 256 }, (_, i) => i)

/** The byte in each case it may stand in. */
const casesOf = (byte: number, ignoreCase: boolean): readonly number[] => {
  if (!ignoreCase) return [byte]
  if (byte >= 97 && byte <= 122) return [byte, byte - 32]
  if (byte >= 65 && byte <= 90) return [byte, byte + 32]
  return [byte]
}

interface Node {
  readonly children: Map<number, number>
  readonly out: number[]
}

/**
 * Tables for {@link findKeywords}. Case-insensitive keywords share states by pointing both cases at one child, so a
 * trie node belongs to either a folded or an exact keyword: the two are inserted under different children.
 * @throws RangeError when a keyword is under 3 bytes or the trie outgrows 16-bit states
 */
export function buildPrefilter(keywords: readonly Keyword[]): PrefilterTables {
  const encoded = keywords.map((k) => Buffer.from(k.text, 'utf8'))
  for (const k of encoded) if (k.length < 3) throw new RangeError('a keyword needs at least 3 bytes')
  const short = encoded.some((k) => k.length === 3) ? SHORT_BUCKETS : 0
  return {
    pairs: pairTable(keywords, encoded, short),
    shortBuckets: (1 << short) - 1,
    ...beginningBitmaps(keywords, encoded),
    ...trie(keywords, encoded),
  }
}

/** Every way to write the first `length` bytes of a keyword. */
function beginningsOf(bytes: Uint8Array, length: number, fold: boolean): number[][] {
  let ways: number[][] = [[]]
  for (let i = 0; i < length; i++) {
    ways = ways.flatMap((way) => casesOf(bytes[i]!, fold).map((byte) => [...way, byte]))
  }
  return ways
}

function beginningBitmaps(
  keywords: readonly Keyword[],
  encoded: readonly Uint8Array[],
): Pick<PrefilterTables, 'beginnings3' | 'beginnings4'> {
  const beginnings3 = new Int32Array(BEGINNING_WORDS)
  const beginnings4 = new Int32Array(BEGINNING_WORDS)
  const set = (bitmap: Int32Array, bit: number): void => {
    bitmap[bit >> 5] = bitmap[bit >> 5]! | (1 << (bit & 31))
  }
  encoded.forEach((bytes, id) => {
    const fold = keywords[id]!.ignoreCase === true
    for (const w of beginningsOf(bytes, Math.min(4, bytes.length), fold)) {
      if (w.length === 4) set(beginnings4, beginning4(w[0]!, w[1]!, w[2]!, w[3]!))
      else set(beginnings3, beginning3(w[0]!, w[1]!, w[2]!))
    }
  })
  return { beginnings3, beginnings4 }
}

/** Offset in the keyword of the pair's first byte, by lane. */
const LONG_OFFSETS = [0, 1, 2, 3] as const
const SHORT_OFFSETS = [0, -1, 2, 1] as const

/** What logs look like, for the frequency of bytes. Any such text will do: it decides speed, not what is found. */
const TYPICAL = `2026-03-01T10:20:30.123Z INFO [main] com.acme.orders.Service - request id=4f3a9c0d-7781 method=GET
  path=/api/v1/items status=200 duration_ms=17 user="svc-orders" {"level":"info","msg":"connected to 10.0.3.17:5432"}
  Received block blk_7294821275446427348 of size 67108864 from /10.251.43.210 terminated successfully at node.internal`

/** Share of each byte in ordinary text. */
function byteShares(): Float64Array {
  const shares = new Float64Array(256).fill(0.02)
  for (const byte of Buffer.from(TYPICAL)) shares[byte] = shares[byte]! + 1
  const total = shares.reduce((a, b) => a + b, 0)
  return shares.map((v) => v / total)
}

const weight = (bytes: Uint8Array, shares: Float64Array): number =>
  shares[bytes[0]!]! * shares[bytes[1]!]! * shares[bytes[2]!]! * (bytes.length > 3 ? shares[bytes[3]!]! : 1)

/** Pairs of one lane of one bucket, and their share of ordinary text. */
class Lane {
  readonly has = new Uint8Array(65536)
  share = 0

  /** Share that the pairs would add. */
  gain(left: readonly number[], right: readonly number[], shares: Float64Array): number {
    let gain = 0
    for (const a of left)
      for (const b of right) if (this.has[a | (b << 8)] === 0) gain += shares[a]! * shares[b]!
    return gain
  }

  add(left: readonly number[], right: readonly number[], shares: Float64Array): void {
    this.share += this.gain(left, right, shares)
    for (const a of left) for (const b of right) this.has[a | (b << 8)] = 1
  }
}

/**
 * Distributes keywords over buckets one by one, each to where it adds least to the share of ordinary text that the
 * bucket lets through: lanes 0 and 2 must match, or lanes 1 and 3.
 */
function pairTable(keywords: readonly Keyword[], encoded: readonly Uint8Array[], short: number): Int32Array {
  const shares = byteShares()
  const buckets = Array.from({ length: BUCKETS }, () => Array.from({ length: LANES }, () => new Lane()))
  const order = keywords
    .map((_, i) => i)
    .sort((a, b) => weight(encoded[b]!, shares) - weight(encoded[a]!, shares))
  for (const id of order) {
    const bytes = encoded[id]!
    const fold = keywords[id]!.ignoreCase === true
    const isShort = bytes.length === 3
    const sides = (isShort ? SHORT_OFFSETS : LONG_OFFSETS).map((offset) =>
      [offset, offset + 1].map((o) => (o >= 0 && o < bytes.length ? casesOf(bytes[o]!, fold) : ANY)),
    )
    let best = isShort ? 0 : short
    let least = Number.POSITIVE_INFINITY
    for (let b = best; b < (isShort ? short : BUCKETS); b++) {
      const [m0, m1, m2, m3] = buckets[b]!.map((lane) => lane.share)
      const [g0, g1, g2, g3] = buckets[b]!.map((lane, l) => lane.gain(sides[l]![0]!, sides[l]![1]!, shares))
      const cost = (m0! + g0!) * (m2! + g2!) - m0! * m2! + (m1! + g1!) * (m3! + g3!) - m1! * m3!
      if (cost < least) {
        least = cost
        best = b
      }
    }
    buckets[best]!.forEach((lane, l) => {
      lane.add(sides[l]![0]!, sides[l]![1]!, shares)
    })
  }
  const pairs = new Int32Array(65536)
  buckets.forEach((lanes, b) => {
    lanes.forEach((lane, l) => {
      const bit = 1 << (l * 8 + b)
      for (let p = 0; p < 65536; p++) if (lane.has[p] === 1) pairs[p] = pairs[p]! | bit
    })
  })
  return pairs
}

function trie(
  keywords: readonly Keyword[],
  encoded: readonly Uint8Array[],
): Omit<PrefilterTables, 'pairs' | 'shortBuckets' | 'beginnings3' | 'beginnings4'> {
  // State 0 is "none". A state stands for a set of keywords that agree so far: exact and folded ones alike.
  const nodes: Node[] = [{ children: new Map(), out: [] }]
  const rootChildren = new Map<number, number>()
  const grow = (ids: readonly number[], depth: number, children: Map<number, number>): void => {
    const groups = new Map<number, number[]>()
    for (const id of ids) {
      if (depth >= encoded[id]!.length) continue
      for (const byte of casesOf(encoded[id]![depth]!, keywords[id]!.ignoreCase === true)) {
        const group = groups.get(byte)
        if (group === undefined) groups.set(byte, [id])
        else group.push(id)
      }
    }
    const made = new Map<string, number>()
    for (const [byte, group] of groups) {
      const key = group.join()
      let state = made.get(key)
      if (state === undefined) {
        state = nodes.length
        made.set(key, state)
        const node: Node = {
          children: new Map(),
          out: group.filter((id) => encoded[id]!.length === depth + 1),
        }
        nodes.push(node)
        grow(group, depth + 1, node.children)
      }
      children.set(byte, state)
    }
  }
  grow(
    keywords.map((_, i) => i),
    0,
    rootChildren,
  )
  if (nodes.length > 65535) throw new RangeError('too many keywords')
  return flatten(nodes, rootChildren)
}

function flatten(
  nodes: readonly Node[],
  rootChildren: ReadonlyMap<number, number>,
): Omit<PrefilterTables, 'pairs' | 'shortBuckets' | 'beginnings3' | 'beginnings4'> {
  const column = new Uint8Array(256)
  let columns = 1
  for (const node of nodes)
    for (const byte of node.children.keys()) if (column[byte] === 0) column[byte] = columns++
  const next = new Uint16Array(nodes.length * columns)
  const outStart = new Int32Array(nodes.length + 1)
  const out: number[] = []
  nodes.forEach((node, state) => {
    outStart[state] = out.length
    out.push(...node.out)
    for (const [byte, child] of node.children) next[state * columns + column[byte]!] = child
  })
  outStart[nodes.length] = out.length
  const root = new Uint16Array(256)
  for (const [byte, state] of rootChildren) root[byte] = state
  return { root, column, columns, next, outStart, out: Int32Array.from(out) }
}
