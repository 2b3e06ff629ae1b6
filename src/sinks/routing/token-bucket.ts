/**
 * Token buckets by key, refilled with time. The number of keys is bounded: past it the longest-unused bucket is
 * forgotten, which only makes its key's next burst whole again.
 */
export class TokenBuckets {
  readonly #capacity: number
  readonly #perMs: number
  readonly #maxKeys: number
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>()

  /** @param capacity tokens a full bucket holds, refilled evenly over `refillMs` */
  constructor(capacity: number, refillMs: number, maxKeys = 4096) {
    this.#capacity = capacity
    this.#perMs = capacity / refillMs
    this.#maxKeys = maxKeys
  }

  take(key: string, nowMs: number): boolean {
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      bucket = { tokens: this.#capacity, atMs: nowMs }
      if (this.#buckets.size >= this.#maxKeys) {
        const oldest = this.#buckets.keys().next()
        if (oldest.done !== true) this.#buckets.delete(oldest.value)
      }
    } else {
      this.#buckets.delete(key)
      const elapsedMs = Math.max(0, nowMs - bucket.atMs)
      bucket.tokens = Math.min(this.#capacity, bucket.tokens + elapsedMs * this.#perMs)
      bucket.atMs = nowMs
    }
    this.#buckets.set(key, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}
