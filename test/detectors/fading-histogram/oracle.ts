/**
 * The fading histogram written the slow, obvious way: every bin is multiplied by the decay at every value, bins are
 * objects of a sparse map, nothing is shared. Only for slow series (5 minutes between values), where the decay is
 * 1/(1 + 1/2000) per value and the gains are their caps.
 */
class Bins {
  low = 0
  width = 0
  weights = new Map<number, number>()

  add(value: number, seen: number): number {
    if (this.width === 0) {
      const reach = Math.abs(value) / 1000 + 1e-9
      this.low = value - reach
      this.width = (2 * reach) / 64
    }
    // one doubling a value after warm-up; what is outside then counts at the edge
    for (let left = seen <= 60 ? 1e9 : 1; left > 0 && !this.#holds(value); left--) {
      const down = value < this.low
      const merged = new Map<number, number>()
      for (const [k, w] of this.weights) {
        const to = down ? (k + 64) >> 1 : k >> 1
        merged.set(to, (merged.get(to) ?? 0) + w)
      }
      this.weights = merged
      if (down) this.low -= this.width * 64
      this.width *= 2
    }
    const k = Math.max(0, Math.min(63, Math.floor((value - this.low) / this.width)))
    const at = (i: number) => this.weights.get(i) ?? 0
    let total = 0
    for (const w of this.weights.values()) total += w
    const p = (at(k) + 0.3 * (at(k - 1) + at(k + 1)) + 0.1) / (total + 1)
    this.weights.set(k, at(k) + 1)
    for (const [i, w] of this.weights) this.weights.set(i, w / (1 + 1 / 2000))
    return p
  }

  #holds(value: number): boolean {
    return value >= this.low && (value - this.low) / this.width < 64
  }
}

export class Oracle {
  readonly #value = new Bins()
  readonly #seasonal = new Bins()
  readonly #moving = new Bins()
  readonly #profile = new Map<number, number>()
  #mean = Number.NaN
  #seen = 0
  #habit = 0
  #peak = 0

  observe(value: number, timeMs: number): number {
    if (!Number.isFinite(value)) return 0
    if (this.#seen++ === 0) this.#mean = value
    const halfHour = Math.floor(timeMs / 1_800_000) % 336
    const usual = this.#profile.get(halfHour) ?? value
    const signals = [
      -Math.log(this.#value.add(Math.cbrt(value), this.#seen)),
      -Math.log(this.#seasonal.add(value - usual, this.#seen)) - 1.3,
      -Math.log(this.#moving.add(Math.cbrt(value - this.#mean), this.#seen)) - 1,
    ].sort((a, b) => b - a)
    const [lead, second, third] = signals as [number, number, number]
    const s = lead + 0.12 * (Math.max(0, second) + Math.max(0, third))
    this.#profile.set(halfHour, Math.fround(usual + 0.3 * (value - usual)))
    this.#mean += (value - this.#mean) / 8
    this.#habit *= 1 - 1 / 7000
    this.#peak *= 1 - 1 / 200
    if (this.#seen < 60) return 0
    const left = s - 1.3 * Math.log(1 + this.#habit)
    if (lead <= 0 || left <= this.#peak) return 0
    this.#peak = left
    if (s > 3 * Math.LN10) this.#habit += 1
    return left
  }
}
