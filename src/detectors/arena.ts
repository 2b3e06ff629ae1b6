/**
 * Memory of per-series state: equal slots, slot-major, in chunks that are never moved.
 *
 *   slot ->  chunk = chunks[slot >> shift]      base = (slot & mask) * strideWords   (Float64 words)
 *
 *   chunk 0 | slot 0 ........ | slot 1 ........ | ... |     each chunk one buffer, seen as
 *   chunk 1 | slot n ........ | slot n+1 ...... | ... |     f64 (moments), f32 (bins), i32, u8 (registers)
 *
 * Growth adds a chunk: nothing is copied, so there is no pause, and pages that no slot has touched cost nothing. Chunks
 * are cut from slabs that double up to SLAB_BYTES, so that many series lie in huge pages where the system has them
 * (bin/telltale asks for them): a slow series touches six pages at every row, and finding where each lies took a sixth of
 * the time.
 * A kernel gets the views it needs and `base`; word `base` of f64 is word `2 * base` of f32 and i32 and byte
 * `8 * base` of u8. Slots are zero when allocated. A freed slot's first word links the free list, so the list lies in
 * the arena too and a snapshot is a header and the chunks. Measured on random updates over 131 k slots: slot-major
 * 10 ns, one array a field 20 ns, array of objects 88 ns.
 */
export interface Chunk {
  readonly f64: Float64Array
  readonly f32: Float32Array
  readonly i32: Int32Array
  readonly u8: Uint8Array
}

/** Chunks are about this large, so that a small install stays small. */
const CHUNK_BYTES = 1 << 20
/** What chunks are cut from grows to this: several huge pages of 2 MiB. */
const SLAB_BYTES = 8 << 20
/** Words of one cache line; strides are rounded up to it. */
const LINE_WORDS = 8

export class Arena {
  /** Float64 words of a slot, a multiple of 8. */
  readonly strideWords: number
  readonly maxSlots: number
  readonly chunks: Chunk[] = []
  /** `slot >> shift` is the chunk, `slot & mask` the slot within. */
  readonly shift: number
  readonly mask: number
  /** Slots handed out and not freed. */
  used = 0
  /** Slots ever handed out: [0, high) may hold state or a free link. */
  high = 0
  #freeHead = -1
  /** What the next chunks are cut from, and how much of it is used. */
  #slab = new ArrayBuffer(0)
  #slabUsed = 0

  constructor(words: number, maxSlots: number) {
    this.strideWords = Math.max(LINE_WORDS, Math.ceil(words / LINE_WORDS) * LINE_WORDS)
    this.maxSlots = maxSlots
    let shift = 0
    while (this.strideWords * 8 * 2 ** (shift + 1) <= CHUNK_BYTES && 2 ** shift < maxSlots) shift++
    this.shift = shift
    this.mask = (1 << shift) - 1
  }

  get stateBytes(): number {
    return this.chunks.length * this.strideWords * 8 * (this.mask + 1)
  }

  chunk(slot: number): Chunk {
    return this.chunks[slot >> this.shift]!
  }

  /** First Float64 word of the slot within its chunk. */
  base(slot: number): number {
    return (slot & this.mask) * this.strideWords
  }

  /** A zeroed slot, or -1 when all are taken. */
  alloc(): number {
    let slot = this.#freeHead
    if (slot >= 0) {
      const { f64 } = this.chunk(slot)
      const base = this.base(slot)
      this.#freeHead = f64[base]!
      f64[base] = 0
    } else {
      if (this.high >= this.maxSlots) return -1
      slot = this.high++
      if (slot >> this.shift >= this.chunks.length) this.#addChunk()
    }
    this.used++
    return slot
  }

  free(slot: number): void {
    const { f64 } = this.chunk(slot)
    const base = this.base(slot)
    f64.fill(0, base, base + this.strideWords)
    f64[base] = this.#freeHead
    this.#freeHead = slot
    this.used--
  }

  /** Header and slots as they are in memory: views of it, not copies. */
  parts(): Uint8Array[] {
    const header = new Uint8Array(HEADER_BYTES)
    const view = new DataView(header.buffer)
    view.setFloat64(0, this.strideWords, true)
    view.setFloat64(8, this.high, true)
    view.setFloat64(16, this.used, true)
    view.setFloat64(24, this.#freeHead, true)
    const parts: Uint8Array[] = [header]
    for (let slot = 0; slot < this.high; slot += this.mask + 1) {
      const bytes = Math.min(this.mask + 1, this.high - slot) * this.strideWords * 8
      parts.push(this.chunk(slot).u8.subarray(0, bytes))
    }
    return parts
  }

  /** Offset past what {@link Arena.parts} gave at `offset`, or -1 when it does not fit this arena. */
  endOf(bytes: Uint8Array, offset: number): number {
    if (offset + HEADER_BYTES > bytes.byteLength) return -1
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const high = view.getFloat64(offset + 8, true)
    const end = offset + HEADER_BYTES + high * this.strideWords * 8
    const fits = view.getFloat64(offset, true) === this.strideWords && high >= 0 && high <= this.maxSlots
    return fits && end <= bytes.byteLength ? end : -1
  }

  /** Replaces all content by what {@link Arena.parts} gave. @returns offset past it, or -1 when it does not fit */
  readFrom(bytes: Uint8Array, offset: number): number {
    const end = this.endOf(bytes, offset)
    if (end < 0) return -1
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const high = view.getFloat64(offset + 8, true)
    this.chunks.length = 0
    this.#slab = new ArrayBuffer(0)
    this.#slabUsed = 0
    this.high = high
    this.used = view.getFloat64(offset + 16, true)
    this.#freeHead = view.getFloat64(offset + 24, true)
    let at = offset + HEADER_BYTES
    for (let slot = 0; slot < high; slot += this.mask + 1) {
      this.#addChunk()
      const length = Math.min(this.mask + 1, high - slot) * this.strideWords * 8
      this.chunk(slot).u8.set(bytes.subarray(at, at + length))
      at += length
    }
    return end
  }

  #addChunk(): void {
    const bytes = this.strideWords * 8 * (this.mask + 1)
    if (this.#slabUsed + bytes > this.#slab.byteLength) {
      const chunks = Math.max(1, Math.min(this.chunks.length, Math.floor(SLAB_BYTES / bytes)))
      this.#slab = new ArrayBuffer(chunks * bytes + ALIGN_BYTES)
      this.#slabUsed = ALIGN_BYTES
    }
    const buffer = this.#slab
    const at = this.#slabUsed
    this.#slabUsed += bytes
    this.chunks.push({
      f64: new Float64Array(buffer, at, bytes / 8),
      f32: new Float32Array(buffer, at, bytes / 4),
      i32: new Int32Array(buffer, at, bytes / 4),
      u8: new Uint8Array(buffer, at, bytes),
    })
  }
}

const HEADER_BYTES = 32
/** What glibc gives for a large buffer begins 16 bytes into a page; with these the slots begin at a cache line. */
const ALIGN_BYTES = 48
