import type { AnomalyFinding } from '../../src/core/finding.ts'
import { FindingBook } from '../../src/detectors/findings.ts'
import * as baseline from '../../src/detectors/holt-winters/baseline.kernel.ts'
import { SeriesStore } from '../../src/detectors/series.ts'
import * as layout from '../../src/detectors/series-layout.ts'

/** One series without batches, keys or a timer wheel: for measuring statistics at a million events per second. */
export class DirectSeries {
  readonly store: SeriesStore
  readonly book: FindingBook
  readonly slot: number
  readonly findings: AnomalyFinding[] = []
  #timerMs: number
  readonly #value = new Float64Array(1)

  constructor(startMs: number, alarmsPerMs = 1 / 86_400_000, learnsSeason = true) {
    this.store = new SeriesStore({
      maxSeries: 1,
      latenessMs: 30_000,
      precision: 10,
      sketchPeriodMs: 86_400_000,
      alarmsPerMs,
      learnsSeason,
    })
    this.book = new FindingBook(this.store, {
      mask: (text) => text,
      units: () => '1',
      nameOf: () => ({ profile: 'bench', series: { 'service.name': 'x' } }),
    })
    this.store.keeper = this.book
    this.book.emit = (finding) => void this.findings.push(finding as AnomalyFinding)
    this.slot = this.store.alloc()
    this.store.begin(this.slot, 0, startMs, 0)
    this.#timerMs = startMs + baseline.BIN_MS
  }

  /** Lets time pass up to `timeMs`, firing timers as the wheel would. */
  advance(timeMs: number): void {
    while (this.#timerMs <= timeMs) {
      this.store.elapse(this.slot, this.#timerMs)
      const silence = this.store.silenceAtMs(this.slot)
      const { f64 } = this.store.core.chunk(this.slot)
      const end = f64[this.store.core.base(this.slot) + layout.BASELINE + baseline.BIN_END_MS]!
      this.#timerMs = Math.max(this.#timerMs + 1, Math.min(end, silence + 1))
    }
  }

  feed(timeMs: number, value = Number.NaN, error = -1, subjectA = 0, subjectB = 0): void {
    this.advance(timeMs)
    this.store.timeMs = timeMs
    this.store.nowMs = timeMs
    this.#value[0] = value
    this.store.observe(this.slot, this.#value, 0, error, subjectA, subjectB)
  }
}
