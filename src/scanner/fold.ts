import type { StreamMemory } from '../columns/stage.ts'

/**
 * A leak in a loop is one finding and a count. Remembers which secret was seen in which place of which service, for a
 * while, bounded: the oldest sighting is forgotten first, and then may be reported anew. One a stream, kept in its
 * snapshot, so that what is read again folds as it did the first time.
 */

interface Sighting {
  reportedMs: number
  /** When it was last put behind the others. */
  lastMs: number
  folded: number
}

export interface FoldLimits {
  readonly foldMs: number
  readonly perMinute: number
}

interface Saved {
  readonly sightings: readonly (readonly [string, Sighting])[]
  readonly services: readonly (readonly [string, { minute: number; count: number }])[]
}

const MAX_SIGHTINGS = 16_384
const MINUTE_MS = 60_000
const REFRESH_MS = 1000
const MAX_SERVICES = 1024

export class SightingFold {
  readonly #sightings = new Map<string, Sighting>()
  readonly #services = new Map<string, { minute: number; count: number }>()
  readonly #of: { readonly limits: FoldLimits }

  constructor(of: { readonly limits: FoldLimits }) {
    this.#of = of
  }

  /**
   * @param key fingerprint, place and service
   * @param nowMs event time, ms since epoch; may go back
   * @returns whether to report it
   */
  admit(key: string, service: string, nowMs: number): 'report' | 'folded' | 'limited' {
    const known = this.#sightings.get(key)
    if (known !== undefined && Math.abs(nowMs - known.reportedMs) < this.#of.limits.foldMs) {
      known.folded++
      // newest last, so that a leak that goes on is not forgotten; not each time, moving costs more than looking up
      if (Math.abs(nowMs - known.lastMs) >= REFRESH_MS) {
        known.lastMs = nowMs
        this.#sightings.delete(key)
        this.#sightings.set(key, known)
      }
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

  save(): Uint8Array {
    const state: Saved = { sightings: [...this.#sightings], services: [...this.#services] }
    return Buffer.from(JSON.stringify(state))
  }

  /** @throws when the bytes are not of {@link save} */
  load(bytes: Uint8Array): void {
    const { sightings, services } = JSON.parse(Buffer.from(bytes).toString('utf8')) as Saved
    for (const [key, sighting] of sightings) this.#sightings.set(key, sighting)
    for (const [service, bucket] of services) this.#services.set(service, bucket)
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
    return ++bucket.count <= this.#of.limits.perMinute
  }
}

/** The folds of all streams; part of each stream's snapshot. */
export class Sightings implements StreamMemory {
  limits: FoldLimits = { foldMs: 0, perMinute: 0 }
  readonly #folds = new Map<string, SightingFold>()

  of(stream: string): SightingFold {
    const known = this.#folds.get(stream)
    if (known !== undefined) return known
    const made = new SightingFold(this)
    this.#folds.set(stream, made)
    return made
  }

  save(stream: string): Uint8Array {
    return this.of(stream).save()
  }

  load(stream: string, saved: Uint8Array | null): void {
    this.#folds.delete(stream)
    if (saved === null || saved.length === 0) return
    try {
      this.of(stream).load(saved)
    } catch {
      this.#folds.delete(stream) // what was told may be told again
    }
  }
}
