/**
 * Memory for inflated record sets that is used again. kafkajs inflates a whole fetch before the first of its messages
 * is handed over; buffers that wait that long are old to V8 when they are let go, and only marking the whole heap, four
 * times a second, would free them: a quarter of the CPU that a batch of OTLP costs. A copy costs a hundredth.
 *
 *   inflated -> keep() -> slab, its messages are read -> give() -> kept for the next
 *
 * A slab that is never given back (its messages were dropped with a lost partition) is garbage like any other buffer.
 */
export class Slabs {
  /** Idle ones by the logarithm of their length. */
  readonly #idle: Buffer[][] = []
  #idleBytes = 0
  /** What lies in a slab of ours and has not been given back. */
  readonly #out = new WeakMap<ArrayBufferLike, Buffer>()

  /** @returns the same bytes, in a slab; larger ones as they are */
  keep(bytes: Buffer): Buffer {
    if (bytes.length === 0 || bytes.length > LARGEST_BYTES) return bytes
    const size = Math.max(SMALLEST_LOG, 32 - Math.clz32(bytes.length - 1))
    let slab = this.#idle[size]?.pop()
    if (slab === undefined) slab = Buffer.allocUnsafeSlow(2 ** size)
    else this.#idleBytes -= slab.length
    slab.set(bytes)
    this.#out.set(slab.buffer, slab)
    return slab.subarray(0, bytes.length)
  }

  /** @param bytes part of what keep() gave, or anything else; nobody reads any part of it any more */
  give(bytes: Uint8Array): void {
    const slab = this.#out.get(bytes.buffer)
    if (slab === undefined) return
    this.#out.delete(bytes.buffer)
    if (this.#idleBytes + slab.length > IDLE_MAX_BYTES) return
    const size = 31 - Math.clz32(slab.length)
    this.#idle[size] ??= []
    this.#idle[size].push(slab)
    this.#idleBytes += slab.length
  }
}

const SMALLEST_LOG = 14
const LARGEST_BYTES = 4 * 1024 * 1024
/** Twice what a fetch of four partitions inflates to. */
const IDLE_MAX_BYTES = 64 * 1024 * 1024
