/**
 * A leak in a loop is one finding and a count. Remembers which secret was seen in which place of which service, for a
 * while, bounded: the oldest sighting is forgotten first, and then may be reported anew.
 */

interface Sighting {
  reportedMs: number
  lastMs: number
  folded: number
}

const MAX_SIGHTINGS = 16_384
const MINUTE_MS = 60_000
const MAX_SERVICES = 1024

export class SightingFold {
  readonly #sightings = new Map<string, Sighting>()
  readonly #services = new Map<string, { minute: number; count: number }>()
  readonly #foldMs: number
  readonly #perMinute: number

  constructor(foldMs: number, perMinute: number) {
    this.#foldMs = foldMs
    this.#perMinute = perMinute
  }

  /**
   * @param key fingerprint, place and service
   * @param nowMs event time, ms since epoch; may go back
   * @returns whether to report it
   */
  admit(key: string, service: string, nowMs: number): 'report' | 'folded' | 'limited' {
    const known = this.#sightings.get(key)
    if (known !== undefined && Math.abs(nowMs - known.reportedMs) < this.#foldMs) {
      known.lastMs = nowMs
      known.folded++
      // newest last, so that a leak that goes on is not forgotten
      this.#sightings.delete(key)
      this.#sightings.set(key, known)
      return 'folded'
    }
    if (!this.#withinRate(service, nowMs)) return 'limited'
    if (known === undefined && this.#sightings.size >= MAX_SIGHTINGS) {
      const oldest = this.#sightings.keys().next().value
      if (oldest !== undefined) this.#sightings.delete(oldest)
    }
    this.#sightings.set(key, { reportedMs: nowMs, lastMs: nowMs, folded: 0 })
    return 'report'
  }

  #withinRate(service: string, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS)
    const bucket = this.#services.get(service)
    if (bucket === undefined) {
      if (this.#services.size >= MAX_SERVICES) this.#services.clear()
      this.#services.set(service, { minute, count: 1 })
      return true
    }
    if (bucket.minute !== minute) {
      bucket.minute = minute
      bucket.count = 0
    }
    return ++bucket.count <= this.#perMinute
  }
}
