import type { Draw } from './draw.ts'

const STEP_MS = 1000
const DAY_MS = 86_400_000

export interface Traffic {
  /** Mean events a second. */
  readonly perSecond: number
  /** Variance of the per-second rate around its mean, over the mean squared; 0 is a Poisson process. */
  readonly overdispersion: number
  /** Amplitude of the day, 0 to 1: the rate peaks in the afternoon (UTC) at mean times 1 + amplitude. */
  readonly diurnal: number
}

/**
 * Arrival times of a Poisson process whose rate is constant within a second. A gap that crosses the end of its second
 * is cut there and drawn anew, which is exact because the exponential has no memory. With overdispersion the rate of
 * each second is multiplied by a gamma draw of mean 1, so counts a second are negative binomial.
 */
export class Arrivals {
  readonly #draw: Draw
  readonly #traffic: Traffic
  readonly #endMs: number
  #atMs: number
  #stepEndMs: number
  #perMs = 0

  constructor(draw: Draw, traffic: Traffic, startMs: number, endMs: number) {
    this.#draw = draw
    this.#traffic = traffic
    this.#endMs = endMs
    this.#atMs = startMs
    this.#stepEndMs = startMs
  }

  /** ms since epoch, ascending; Infinity at the end. */
  next(): number {
    for (;;) {
      if (this.#atMs >= this.#stepEndMs) this.#beginStep()
      if (this.#atMs >= this.#endMs) return Number.POSITIVE_INFINITY
      const gapMs = this.#perMs > 0 ? this.#draw.exponential(this.#perMs) : Number.POSITIVE_INFINITY
      if (this.#atMs + gapMs < this.#stepEndMs) {
        this.#atMs += gapMs
        return this.#atMs < this.#endMs ? this.#atMs : Number.POSITIVE_INFINITY
      }
      this.#atMs = this.#stepEndMs
    }
  }

  #beginStep(): void {
    const { perSecond, overdispersion, diurnal } = this.#traffic
    const day = Math.sin((2 * Math.PI * (this.#atMs % DAY_MS)) / DAY_MS - 0.75 * Math.PI)
    const swing = overdispersion > 0 ? this.#draw.gammaMeanOne(overdispersion) : 1
    this.#perMs = (perSecond * (1 + diurnal * day) * swing) / 1000
    this.#stepEndMs = this.#atMs + STEP_MS
  }
}
