import * as lookPenaltyModule from '../calibration/look-penalty.ts'
import * as layout from './layout.ts'

/**
 * Distinct subjects and the share of never-seen ones, by two HyperLogLog sketches that rotate.
 *
 *   slot | header words | current registers (2^p bytes) | previous registers (2^p bytes) |
 *
 * A subject changes the union of both sketches with probability `mu` if it was never seen, else never; `mu` is known
 * exactly at every moment. So 1/mu summed over changes estimates how many distinct subjects came (the HIP, or
 * martingale, estimator), and a change is a Bernoulli trial with known thinning: a CUSUM on the share of never-seen
 * subjects needs nothing but the sketch.
 *
 *   S <- max(0, S + ln(q1 mu / (q0 mu)))            the union changed
 *   S <- max(0, S + ln((1 - q1 mu) / (1 - q0 mu)))  it did not          q1 = q0 + 0.3 (1 - q0)
 *
 * Sources: Flajolet, Fusy, Gandouet & Meunier, AofA 2007; Ting, "Streamed approximate counting of distinct elements",
 * KDD 2014, and Cohen, "All-distances sketches, revisited", PODS 2014, for the HIP estimator (relative standard error
 * sqrt(ln 2 / 2^p): 2.6% at p = 10).
 */
// V8 folds a local constant into hot code; an exported or imported one is loaded and checked at every use.
const { CHECKED_NATS, lookPenalty } = lookPenaltyModule
const {
  COUNT,
  COUNT_PREVIOUS,
  EVENTS,
  HEADER_WORDS,
  HIT,
  MISS,
  MU,
  MU_UNION,
  NEW_WEIGHT,
  ONSET_MS,
  RECENT_NEW,
  SCORE,
  SINCE_MS,
  WEIGHT,
} = layout

export * from './layout.ts'

/** Events of memory of the usual share. */
const DECAY = 1 - 1 / 1500
const RECENT_GAIN = 1 / 30
const CAP = 40
/** Below this probability the sketch says too little; it rotates. */
const MU_MIN = 0.05
/** Shares of never-seen subjects above this leave no room for a rise. */
const SHARE_MAX = 0.98

/** 2^-rho by register value; 64 entries as the hash half has 32 bits. */
const POW = Float64Array.from({ length: 64 }, (_, i) => 2 ** -i)

export const words = (precision: number): number => HEADER_WORDS + (2 * 2 ** precision) / 8

export function reset(f: Float64Array, base: number, precision: number, timeMs: number): void {
  f.fill(0, base, base + words(precision))
  f[base + MU] = 1
  f[base + MU_UNION] = 1
  f[base + NEW_WEIGHT] = 1
  f[base + WEIGHT] = 1
  f[base + SINCE_MS] = timeMs
}

/** True when the last subject changed the union of both sketches. */
export let fresh = false

/**
 * One subject, by the halves of its hash.
 * @param learn false while a finding about subjects is open: the usual share stays as it was
 * @returns score in nats
 */
export function observe(
  f: Float64Array,
  u8: Uint8Array,
  base: number,
  precision: number,
  hashA: number,
  hashB: number,
  timeMs: number,
  learn: boolean,
): number {
  const size = 1 << precision
  const current = (base + HEADER_WORDS) * 8 + (hashA >>> (32 - precision))
  const rho = Math.clz32(hashB) + 1
  const old = u8[current]!
  const previous = u8[current + size]!
  fresh = false
  let weight = 0
  if (rho > old) {
    u8[current] = rho
    const mu = f[base + MU]!
    f[base + COUNT] = f[base + COUNT]! + 1 / mu
    f[base + MU] = mu - (POW[old]! - POW[rho]!) / size
    if (rho > previous) {
      fresh = true
      const union = f[base + MU_UNION]!
      weight = 1 / union
      f[base + MU_UNION] = union - (POW[Math.max(old, previous)]! - POW[rho]!) / size
    }
  }
  f[base + EVENTS] = f[base + EVENTS]! + 1
  f[base + RECENT_NEW] = f[base + RECENT_NEW]! + RECENT_GAIN * (weight - f[base + RECENT_NEW]!)
  let s = f[base + SCORE]!
  if (s === 0) f[base + ONSET_MS] = timeMs
  s += fresh ? f[base + HIT]! : f[base + MISS]!
  s = s < 0 ? 0 : Math.min(s, CAP)
  f[base + SCORE] = s
  if (learn) {
    f[base + NEW_WEIGHT] = f[base + NEW_WEIGHT]! * DECAY + weight
    f[base + WEIGHT] = f[base + WEIGHT]! * DECAY + 1
    if (fresh) prepare(f, base)
  }
  return score(f, base, timeMs)
}

/**
 * Several subjects of about one moment, as {@link observe} would take them one by one but for the look penalty. Leaves
 * the raw score in SCORE: above {@link CHECKED_NATS} worth asking for {@link score}.
 * @param hashes halves of subject i at hashes[from + 2 i] and the next
 */
export function observeMany(
  f: Float64Array,
  u8: Uint8Array,
  base: number,
  precision: number,
  hashes: Int32Array,
  from: number,
  n: number,
  timeMs: number,
  learn: boolean,
): void {
  const registers = (base + HEADER_WORDS) * 8
  let seen = 0
  for (let i = 0; i < n; i++) {
    const a = hashes[from + 2 * i]!
    const b = hashes[from + 2 * i + 1]!
    if (Math.clz32(b) < u8[registers + (a >>> (32 - precision))]!) {
      seen++
      continue
    }
    if (seen > 0) pass(f, base, seen, timeMs, learn)
    seen = 0
    observe(f, u8, base, precision, a, b, timeMs, learn)
  }
  if (seen > 0) pass(f, base, seen, timeMs, learn)
}

/** `n` subjects that change nothing. */
function pass(f: Float64Array, base: number, n: number, timeMs: number, learn: boolean): void {
  f[base + EVENTS] = f[base + EVENTS]! + n
  f[base + RECENT_NEW] = f[base + RECENT_NEW]! * RECENT_KEEP[n]!
  let s = f[base + SCORE]!
  if (s > 0) s += n * f[base + MISS]!
  if (s <= 0) {
    s = 0
    f[base + ONSET_MS] = timeMs
  }
  f[base + SCORE] = s
  if (!learn) return
  const keep = KEEP[n]!
  f[base + NEW_WEIGHT] = f[base + NEW_WEIGHT]! * keep
  f[base + WEIGHT] = f[base + WEIGHT]! * keep + (1 - keep) / (1 - DECAY)
}

/** DECAY^n and (1 - RECENT_GAIN)^n */
const KEEP = Float64Array.from({ length: 65 }, (_, n) => DECAY ** n)
const RECENT_KEEP = Float64Array.from({ length: 65 }, (_, n) => (1 - RECENT_GAIN) ** n)

/** Whether a subject would change the union of both sketches. */
export function isFresh(
  u8: Uint8Array,
  base: number,
  precision: number,
  hashA: number,
  hashB: number,
): boolean {
  const at = (base + HEADER_WORDS) * 8 + (hashA >>> (32 - precision))
  const rho = Math.clz32(hashB) + 1
  return rho > u8[at]! && rho > u8[at + (1 << precision)]!
}

/** Score in nats, penalised by lookPenalty of the time since the change point. */
export function score(f: Float64Array, base: number, timeMs: number): number {
  const s = f[base + SCORE]!
  return s > CHECKED_NATS ? s - lookPenalty(timeMs - f[base + ONSET_MS]!) : 0
}

/** Steps of the CUSUM from the usual share; call after changes and now and then. */
export function prepare(f: Float64Array, base: number): void {
  const q0 = usualShare(f, base)
  const mu = f[base + MU_UNION]!
  if (q0 >= SHARE_MAX || mu < MU_MIN / 4) {
    f[base + HIT] = 0
    f[base + MISS] = 0
    return
  }
  const q1 = q0 + 0.3 * (1 - q0)
  f[base + HIT] = Math.log(q1 / q0)
  f[base + MISS] = Math.log((1 - q1 * mu) / (1 - q0 * mu))
}

/** Share of never-seen subjects among events, as learned; never quite 0. */
export function usualShare(f: Float64Array, base: number): number {
  const q = (f[base + NEW_WEIGHT]! + 0.2) / (f[base + WEIGHT]! + 0.4)
  return Math.min(q, SHARE_MAX)
}

/** True when the sketch is full or old and {@link rotate} should run. */
export function isDue(f: Float64Array, base: number, timeMs: number, periodMs: number): boolean {
  return f[base + MU]! < MU_MIN || timeMs - f[base + SINCE_MS]! > periodMs
}

/** The current sketch becomes the previous one. */
export function rotate(
  f: Float64Array,
  u8: Uint8Array,
  base: number,
  precision: number,
  timeMs: number,
): void {
  const size = 1 << precision
  const at = (base + HEADER_WORDS) * 8
  u8.copyWithin(at + size, at, at + size)
  u8.fill(0, at, at + size)
  f[base + COUNT_PREVIOUS] = f[base + COUNT]!
  f[base + MU_UNION] = f[base + MU]!
  f[base + COUNT] = 0
  f[base + MU] = 1
  f[base + SINCE_MS] = timeMs
  f[base + SCORE] = 0
  prepare(f, base)
}

/** Registers of a merged into b, byte ranges of 2^p; for sketches of one subject kept in several places. */
export function mergeRegisters(
  from: Uint8Array,
  fromStart: number,
  into: Uint8Array,
  intoStart: number,
  precision: number,
): void {
  for (let i = 0; i < 1 << precision; i++) {
    if (from[fromStart + i]! > into[intoStart + i]!) into[intoStart + i] = from[fromStart + i]!
  }
}

/**
 * Distinct subjects by the registers alone, for merged sketches, where HIP does not apply.
 * Source: Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), eq. 4.
 */
export function estimateRegisters(u8: Uint8Array, start: number, precision: number): number {
  const size = 1 << precision
  const histogram = new Float64Array(34)
  for (let i = 0; i < size; i++) {
    const r = u8[start + i]!
    histogram[r] = histogram[r]! + 1
  }
  let z = size * tau(1 - histogram[33]! / size)
  for (let k = 32; k >= 1; k--) z = 0.5 * (z + histogram[k]!)
  z += size * sigma(histogram[0]! / size)
  return (size * size) / (2 * Math.LN2 * z)
}

function sigma(x: number): number {
  if (x === 1) return Infinity
  let y = 1
  let z = x
  for (let p = x, last = -1; z !== last; ) {
    p *= p
    last = z
    z += p * y
    y += y
  }
  return z
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let y = 1
  let z = 1 - x
  for (let p = x, last = -1; z !== last; ) {
    p = Math.sqrt(p)
    last = z
    y *= 0.5
    z -= (1 - p) ** 2 * y
  }
  return z / 3
}
