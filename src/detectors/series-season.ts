import { Arena, type Chunk } from './arena.ts'
import * as burstModule from './ewma-cusum/ewma-cusum.kernel.ts'
import * as baselineModule from './holt-winters/baseline.kernel.ts'
import * as seasonModule from './holt-winters/season.kernel.ts'
import * as layoutModule from './series-layout.ts'

// V8 folds what a local constant object holds into hot code; what is imported is loaded and checked at every use.
const burst = { ...burstModule }
const baseline = { ...baselineModule }
const season = { ...seasonModule }
const layout = { ...layoutModule }

/** A half hour with fewer events says nothing of a season. */
const EVENTS_MIN = 60
const LAG_MS = baseline.LAG_BINS * baseline.BIN_MS

/** Daily and weekly season of the series that have lived for a while, in an arena of their own. */
export class SeriesSeason {
  readonly arena: Arena
  readonly #learns: boolean

  /** @param learns false to measure what it is worth */
  constructor(maxSeries: number, learns: boolean) {
    this.arena = new Arena(season.WORDS, maxSeries)
    this.#learns = learns
  }

  /** Before the baseline closes the bin that ends at `endMs`. @param unseen nobody could have seen a row in it */
  closeBin(chunk: Chunk, base: number, endMs: number, unseen: boolean): void {
    const f = chunk.f64
    const s = f[base + layout.SEASON_SLOT]! - 1
    const isHalf = endMs % season.HALF_HOUR_MS === 0
    const events = f[base + layout.BASELINE + baseline.BIN_COUNT]!
    if (s < 0) {
      if (isHalf && this.#learns) this.#begin(f, base)
      return
    }
    const { f64, f32 } = this.arena.chunk(s)
    const at = this.arena.base(s)
    if (!unseen) season.addBin(f64, at, events)
    const ratio = isHalf ? season.closeHalf(f64, f32, at, endMs) : 1
    if (f64[at + season.MODEL] === season.NONE && ratio === 1) return
    // the middle of the bin to come, and of the one that the level takes in now
    const now = season.factorAt(f64, f32, at, endMs + baseline.BIN_MS / 2)
    const back = season.factorAt(f64, f32, at, endMs - LAG_MS - baseline.BIN_MS / 2)
    const old = f[base + layout.BASELINE + baseline.SEASON]!
    baseline.setSeason(f, base + layout.BASELINE, now, back, ratio)
    // only the season's own change; that of the model goes with the level
    if (now * ratio !== old) burst.rescale(f, base + layout.BURST, (now * ratio) / old)
  }

  end(f: Float64Array, base: number): void {
    const s = f[base + layout.SEASON_SLOT]! - 1
    if (s >= 0) this.arena.free(s)
    f[base + layout.SEASON_SLOT] = 0
  }

  /** From the first half hour on that is busy enough. */
  #begin(f: Float64Array, base: number): void {
    if (f[base + layout.BASELINE + baseline.LAMBDA]! * season.HALF_HOUR_MS < EVENTS_MIN) return
    const s = this.arena.alloc()
    if (s < 0) return
    const { f64, f32 } = this.arena.chunk(s)
    season.reset(f64, f32, this.arena.base(s))
    f[base + layout.SEASON_SLOT] = s + 1
  }
}
