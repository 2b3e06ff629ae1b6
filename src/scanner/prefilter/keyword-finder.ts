import type { LinearColumns } from '../../columns/linear-columns.ts'
import * as table from './anchor-table.ts'
import { AnchorTable } from './anchor-table.ts'
import * as layout from './assembly/sieve-layout.ts'
import { anchored, anchorsOf, enter, type Keyword } from './keyword-tables.ts'
import { LinearSieve } from './linear-sieve.ts'
import type { SpanList } from './span-list.ts'
import { makeWindowFilter, STAGE_AT, type WindowFilter } from './window-filter.ts'

/**
 * Finds keywords in many short spans of one buffer, or in a long one, by piece:
 *
 *   spans   [body][attr]  [attr] [body]...   or one of gigabytes
 *   stage   copied together, up to 64 KiB, bytes between them too, and sieved in one call; or sieved where they are
 *   hits    what passes is compared with the keywords of its anchor, span by span, in order of place
 *
 * `next` goes to the next span in which there is something; a long span, or one with many hits, comes several times.
 */

// V8 folds a module's own constants, not imported ones
const { ENDS, LIST, MAX_SPANS, NEXT_SPAN, STAGE_BYTES, STARTS, STATE, WINDOW_TAIL } = layout
const { KEYWORD, LENGTH, NEXT, NONE, OFFSET } = table
/** Bytes between two spans that are copied along rather than begun anew. */
const MAX_GAP = 4096
const MAX_HITS = 1024

/** Whose keywords stand in the tables of a batch's memory. */
const owners = new WeakMap<LinearColumns, KeywordFinder>()

export class KeywordFinder {
  readonly #filter: WindowFilter
  readonly #four: AnchorTable
  readonly #three: AnchorTable
  /** Most keywords at one place. */
  readonly #most: number

  /** The span at hand. */
  span = -1
  /** Hits in it: where keywords begin, ascending, and which they are. */
  hitCount = 0
  readonly hitAt: Int32Array
  readonly hitKeyword: Int32Array

  readonly #sieves = new WeakMap<LinearColumns, LinearSieve>()
  #bytes: Uint8Array = new Uint8Array(0)
  #spans: SpanList | null = null
  /** Over the memory in which bytes and spans lie, if they do. */
  #inPlace: LinearSieve | null = null
  /** Span to stage next, and the first window in it not staged yet. */
  #toStage = 0
  #stageFrom = 0
  /** What is staged: spans [#span, #spanEnd), what their places are moved by, and the places in question. */
  #staged = 0
  #stagedEnd = 0
  #shift = 0
  #words: Int32Array = new Int32Array(0)
  #list = 0
  #place = 0
  #places = 0
  /** Place last looked at. */
  #last = -1

  /** @throws RangeError when a keyword is under 3 bytes */
  constructor(keywords: readonly Keyword[], filter: WindowFilter = makeWindowFilter()) {
    this.#filter = filter
    const all = keywords.map(anchored).flatMap((keyword) => {
      const { ways, length } = anchorsOf(keyword)
      return ways.map((anchor) => ({ anchor, length, keyword }))
    })
    for (const { anchor, length } of all) enter(filter, anchor, length)
    this.#four = new AnchorTable(all.filter(({ length }) => length > WINDOW_TAIL))
    this.#three = new AnchorTable(all.filter(({ length }) => length === WINDOW_TAIL))
    this.#most = keywords.length
    this.hitAt = new Int32Array(MAX_HITS + this.#most)
    this.hitKeyword = new Int32Array(MAX_HITS + this.#most)
  }

  /** A sieve over the memory of a batch, with its spans: give these to `begin`. */
  over(linear: LinearColumns): LinearSieve {
    let sieve = this.#sieves.get(linear)
    if (sieve === undefined) {
      sieve = new LinearSieve(linear)
      this.#sieves.set(linear, sieve)
    }
    if (owners.get(linear) !== this) {
      sieve.takeKeywords(this.#filter)
      owners.set(linear, this)
    }
    return sieve
  }

  /**
   * Begins with the spans of a buffer, which nobody may change until `next` has said no.
   * @param inPlace the sieve over the memory in which both lie, if they do
   */
  begin(bytes: Uint8Array, spans: SpanList, inPlace: LinearSieve | null = null): void {
    this.#bytes = bytes
    this.#spans = spans
    this.#inPlace = inPlace
    this.#toStage = 0
    this.#stageFrom = 0
    this.#staged = 0
    this.#stagedEnd = 0
    this.#place = 0
    this.#places = 0
    this.span = -1
  }

  /** Goes to the next span with hits, or marked. @returns false when there is none */
  next(): boolean {
    const spans = this.#spans!
    for (;;) {
      while (this.#skip(spans)) {
        const span = this.#staged
        this.#collect(spans.start[span]!, spans.end[span]!)
        const isWhole = this.hitCount < MAX_HITS
        if (isWhole) this.#staged++
        if (this.hitCount === 0 && spans.marked[span] === 0) continue
        this.span = span
        return true
      }
      if (this.#toStage >= spans.count) return false
      this.#stage(spans)
    }
  }

  /** Goes on to the next staged span that is marked or holds a place in question. @returns false when none does */
  #skip(spans: SpanList): boolean {
    const stop = this.#stagedEnd
    let span = this.#staged
    if (spans.marks === 0) {
      if (this.#place === this.#places) return false
      const place = this.#words[this.#list + this.#place]! - this.#shift
      const ends = spans.end
      while (span < stop && ends[span]! - WINDOW_TAIL < place) span++
    }
    this.#staged = span
    return span < stop
  }

  #stage(spans: SpanList): void {
    const first = this.#toStage
    this.#staged = first
    this.#place = 0
    this.#last = -1
    const { end: ends, start: starts, count } = spans
    const inPlace = ends[first]! - starts[first]! > STAGE_BYTES ? null : this.#inPlace
    const filter = inPlace ?? this.#filter
    this.#words = filter.words
    this.#list = (filter.tablesAt + LIST) >> 2
    if (inPlace === null) {
      this.#copyToStage(spans)
      return
    }
    this.#places = inPlace.sieve(first, count)
    this.#shift = 0
    this.#stagedEnd = inPlace.words[((inPlace.tablesAt + STATE) >> 2) + NEXT_SPAN]!
    this.#toStage = this.#stagedEnd
    this.#stageFrom = 0
  }

  /** Copies the next spans to the stage and sieves them. */
  #copyToStage(spans: SpanList): void {
    const { words, bytes } = this.#filter
    const { start: starts, end: ends, count } = spans
    const first = this.#toStage
    const base = starts[first]! + this.#stageFrom
    const shift = STAGE_AT - base
    let windows = 0
    let to = base
    let span = first
    for (; span < count && windows < MAX_SPANS; span++) {
      const from = span === first ? base : starts[span]!
      const end = ends[span]!
      if (span > first && (from < to || from - to > MAX_GAP || end - base > STAGE_BYTES)) break
      to = end - base > STAGE_BYTES ? base + STAGE_BYTES : end
      if (to - from < WINDOW_TAIL) continue
      words[(STARTS >> 2) + windows] = from + shift
      words[(ENDS >> 2) + windows] = to + shift
      windows++
    }
    bytes.set(this.#bytes.subarray(base, Math.min(to + 1, this.#bytes.length)), STAGE_AT)
    this.#places = windows === 0 ? 0 : this.#filter.sieve(0, windows)
    this.#shift = shift
    this.#stagedEnd = span
    // a span that was cut goes on at the first window that was not whole
    const isCut = span === first + 1 && to < ends[first]!
    this.#toStage = isCut ? first : span
    this.#stageFrom = isCut ? to - WINDOW_TAIL + 1 - starts[first]! : 0
  }

  /** Compares what passed in [start, end), until all of it was or there are enough hits. */
  #collect(start: number, end: number): void {
    const words = this.#words
    const list = this.#list
    this.hitCount = 0
    let place = this.#place
    for (; place < this.#places && this.hitCount < MAX_HITS; place++) {
      const at = words[list + place]! - this.#shift
      if (at > end - WINDOW_TAIL) break
      // blocks overlap: a place may come again, or lie before the span
      if (at < start || at <= this.#last) continue
      this.#last = at
      this.#compare(at, start, end)
    }
    this.#place = place
  }

  /** Records every keyword with an anchor at `at`. */
  #compare(at: number, start: number, end: number): void {
    const bytes = this.#bytes
    const three = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
    if (at + 4 <= end) this.#record(this.#four, three | (bytes[at + 3]! << 24), at, start, end)
    this.#record(this.#three, three, at, start, end)
  }

  #record(keywords: AnchorTable, anchor: number, anchorAt: number, start: number, end: number): void {
    const { hitAt, hitKeyword } = this
    const { entries } = keywords
    for (let e = keywords.first(anchor); e !== NONE; e = entries[e + NEXT]!) {
      const at = anchorAt - entries[e + OFFSET]!
      if (at < start || at + entries[e + LENGTH]! > end || !keywords.isAt(e, this.#bytes, at)) continue
      // anchors lie at different offsets of their keywords: hits come nearly in order
      let i = this.hitCount++
      for (; i > 0 && hitAt[i - 1]! > at; i--) {
        hitAt[i] = hitAt[i - 1]!
        hitKeyword[i] = hitKeyword[i - 1]!
      }
      hitAt[i] = at
      hitKeyword[i] = entries[e + KEYWORD]!
    }
  }
}
