import { type Random, seededRandom } from '../core/clock.ts'

/** Seeded draws. Every source of a scenario has its own, so that adding an attack leaves the normal traffic as it was. */
export class Draw {
  readonly #random: Random
  #spareNormal = Number.NaN

  constructor(random: Random) {
    this.#random = random
  }

  /** A generator of its own for `name`: FNV-1a (Fowler, Noll, Vo, 32 bit) of the name, started from the seed. */
  static of(seed: number, name: string): Draw {
    let hash = 0x811c9dc5 ^ seed
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
    return new Draw(seededRandom(hash))
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.#random()
  }

  /** Uniform integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.#random() * n)
  }

  between(low: number, high: number): number {
    return low + this.#random() * (high - low)
  }

  chance(probability: number): boolean {
    return this.#random() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!
  }

  /** Index drawn by the running sums of weights in `cumulative`, ascending. */
  weighted(cumulative: readonly number[]): number {
    const at = this.#random() * cumulative[cumulative.length - 1]!
    let i = 0
    while (cumulative[i]! <= at) i++
    return i
  }

  /** Standard normal, by the polar method (Marsaglia & Bray 1964). */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal
      this.#spareNormal = Number.NaN
      return spare
    }
    for (;;) {
      const x = 2 * this.#random() - 1
      const y = 2 * this.#random() - 1
      const s = x * x + y * y
      if (s >= 1 || s === 0) continue
      const f = Math.sqrt((-2 * Math.log(s)) / s)
      this.#spareNormal = y * f
      return x * f
    }
  }

  /** @param median in the unit of the result, @param sigma standard deviation of its logarithm */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal())
  }

  /** Waiting time of a Poisson process; unit is 1 / that of `rate`. */
  exponential(rate: number): number {
    return -Math.log(1 - this.#random()) / rate
  }

  /** Gamma with mean 1 and variance `dispersion` > 0. Source: Marsaglia & Tsang 2000, with their boost below shape 1. */
  gammaMeanOne(dispersion: number): number {
    const shape = 1 / dispersion
    const d = Math.max(shape, shape + (shape < 1 ? 1 : 0)) - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = this.normal()
      const v = (1 + c * x) ** 3
      if (v <= 0) continue
      const u = 1 - this.#random()
      if (Math.log(u) >= 0.5 * x * x + d - d * v + d * Math.log(v)) continue
      return d * v * dispersion * (shape < 1 ? (1 - this.#random()) ** dispersion : 1)
    }
  }

  /** `length` letters of `alphabet`. */
  letters(alphabet: string, length: number): string {
    let out = ''
    for (let i = 0; i < length; i++) out += alphabet[this.int(alphabet.length)]
    return out
  }

  hex(length: number): string {
    return this.letters('0123456789abcdef', length)
  }
}
