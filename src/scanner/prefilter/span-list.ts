/** Places in one buffer that are to be looked at, in the order in which they are reported. */
export class SpanList {
  readonly start: Int32Array
  readonly end: Int32Array
  /** 1 where the span is to be visited whatever is in it. */
  readonly marked: Uint8Array
  /** Set by whoever fills it, so that filling can go by a local variable. */
  count = 0
  /** How many are marked. */
  marks = 0
  /** Bytes of all, where whoever fills it counts them. */
  bytes = 0

  constructor(start: Int32Array, end: Int32Array, marked: Uint8Array) {
    this.start = start
    this.end = end
    this.marked = marked
  }

  static of(capacity: number): SpanList {
    return new SpanList(new Int32Array(capacity), new Int32Array(capacity), new Uint8Array(capacity))
  }

  clear(): void {
    if (this.marks > 0) this.marked.fill(0, 0, this.count)
    this.count = 0
    this.marks = 0
    this.bytes = 0
  }

  set(n: number, start: number, end: number): void {
    this.start[n] = start
    this.end[n] = end
  }

  mark(n: number): void {
    this.marked[n] = 1
    this.marks++
  }
}
