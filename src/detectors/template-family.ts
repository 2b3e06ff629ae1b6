import { Arena } from './arena.ts'
import * as detectorTableModule from './detector-table.ts'
import type { Scores } from './scores.ts'
import * as layoutModule from './series-layout.ts'
import * as drainModule from './templates/drain.kernel.ts'
import * as noveltyModule from './templates/novelty.kernel.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const { TEMPLATE, TEMPLATES } = detectorTableModule
const layout = { ...layoutModule }
const drain = { ...drainModule }
const novelty = { ...noveltyModule }

/** The template detector: a slot for each series that ever had a warning or a watched attribute. */
export class TemplateFamily {
  readonly arena: Arena
  readonly #scores: Scores

  constructor(maxSeries: number, scores: Scores) {
    this.arena = new Arena(novelty.WORDS + drain.WORDS, maxSeries)
    this.#scores = scores
  }

  /** A message at bytes [from, to). @returns score in nats, for {@link TemplateFamily.note} */
  message(
    f: Float64Array,
    base: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    timeMs: number,
  ): number {
    const t = this.#slotOf(f, base, timeMs)
    if (t < 0) return 0
    const { i32 } = this.arena.chunk(t)
    const ageS = drain.ageOf(i32, 2 * (this.arena.base(t) + novelty.WORDS), bytes, from, to, timeMs)
    return ageS < 0 ? 0 : this.#observe(f, base, t, ageS, timeMs)
  }

  /** A value of a watched attribute. @returns score in nats, for {@link TemplateFamily.note} */
  value(f: Float64Array, base: number, key: number, hashA: number, hashB: number, timeMs: number): number {
    const t = this.#slotOf(f, base, timeMs)
    if (t < 0) return 0
    const { i32 } = this.arena.chunk(t)
    const ageS = drain.ageOfValue(i32, 2 * (this.arena.base(t) + novelty.WORDS), key, hashA, hashB, timeMs)
    return this.#observe(f, base, t, ageS, timeMs)
  }

  note(f: Float64Array, base: number, slot: number, score: number, timeMs: number): void {
    this.#scores.note(f, base, slot, TEMPLATES, score, timeMs)
  }

  end(f: Float64Array, base: number): void {
    const t = f[base + layout.TEMPLATE_SLOT]! - 1
    if (t >= 0) this.arena.free(t)
    f[base + layout.TEMPLATE_SLOT] = 0
  }

  scoreOf(f: Float64Array, base: number, nowMs: number): number {
    const t = f[base + layout.TEMPLATE_SLOT]! - 1
    return t < 0 ? 0 : novelty.score(this.arena.chunk(t).f64, this.arena.base(t), nowMs)
  }

  /** Usual and recent share of rows of new kinds. */
  shares(f: Float64Array, base: number): { readonly usual: number; readonly recent: number } {
    const t = f[base + layout.TEMPLATE_SLOT]! - 1
    if (t < 0) return { usual: 0, recent: 0 }
    const { f64 } = this.arena.chunk(t)
    const at = this.arena.base(t)
    return { usual: novelty.usual(f64, at), recent: f64[at + novelty.RECENT]! }
  }

  clear(f: Float64Array, base: number): void {
    const t = f[base + layout.TEMPLATE_SLOT]! - 1
    if (t >= 0) novelty.clear(this.arena.chunk(t).f64, this.arena.base(t))
  }

  #slotOf(f: Float64Array, base: number, timeMs: number): number {
    const known = f[base + layout.TEMPLATE_SLOT]! - 1
    if (known >= 0) return known
    const t = this.arena.alloc()
    if (t < 0) return -1
    f[base + layout.TEMPLATE_SLOT] = t + 1
    f[base + layout.HAS] = f[base + layout.HAS]! | TEMPLATE
    novelty.reset(this.arena.chunk(t).f64, this.arena.base(t), timeMs)
    return t
  }

  #observe(f: Float64Array, base: number, t: number, ageS: number, timeMs: number): number {
    const learn = (f[base + layout.SPOILT]! & TEMPLATE) === 0 || f[base + layout.OPEN] === 0
    return novelty.observe(this.arena.chunk(t).f64, this.arena.base(t), ageS, timeMs, learn)
  }
}
