import { hashText } from '../columns/hash.kernel.ts'
import type { RecordBatch } from '../columns/record-batch.ts'
import type {
  AnomalyFinding,
  DetectorEvidence,
  FindingEmitter,
  FindingState,
  Severity,
  SourcePosition,
} from '../core/finding.ts'
import { DETECTORS, DOWN, FAMILIES, NAMES, RATE, UP, VALUE } from './detector-table.ts'
import { type Observation, observation } from './evidence.ts'
import type { FindingKeeper } from './scores.ts'
import type { SeriesStore } from './series.ts'
import * as layout from './series-layout.ts'
import { CLOSE_FRACTION } from './series-state.ts'
import { describe } from './summary.ts'

/** An open finding of a series; what a snapshot keeps of it is all of it. */
export interface OpenFinding {
  slot: number
  id: string
  fingerprint: string
  profile: string
  series: Record<string, string>
  startMs: number
  detectedMs: number
  lastEvidenceMs: number
  lastEmitMs: number
  updates: number
  lead: number
  /** Bits of the detectors that carried it. */
  mask: number
  /** By detector: highest score, limit then, expected, observed. */
  seen: Observation[]
  source: SourcePosition
  traceId: string | null
  spanId: string | null
}

/** All series silent at once. */
interface StreamSilence {
  readonly series: number
  readonly startMs: number
  readonly detectedMs: number
  readonly source: SourcePosition
}

export interface SavedBook {
  readonly stream: StreamSilence | null
  readonly open: readonly (OpenFinding | null)[]
  readonly source: SourcePosition
}

export interface FindingSettings {
  readonly mask: (text: string) => string
  /** Multiplies the limit of a series that people called noisy. */
  readonly tolerance?: ((fingerprint: string) => number) | undefined
  readonly units: (profile: number) => string
  /** Profile name and raw key texts of a series. */
  readonly nameOf: (slot: number) => { readonly profile: string; readonly series: Record<string, string> }
}

const QUIET_MS = 20_000
const STALE_MS = 60_000
/** The calibration takes an alarm's score for at most so many times its limit: a real anomaly's has no end. */
const ALARM_MAX = 2
const OPEN_MAX_MS = 2 * 3_600_000
const UPDATE_EVERY_MS = 60_000
const JOIN_EVERY_MS = 5_000
const NO_SOURCE: SourcePosition = { stream: 'none', offset: 0, row: 0 }

/** Opens, updates and resolves: at most one open finding a series, carried by one or more detectors. */
export class FindingBook implements FindingKeeper {
  readonly open: (OpenFinding | null)[] = []
  openCount = 0
  /** Row being observed, for source and trace. */
  batch: RecordBatch | null = null
  row = 0
  emit: FindingEmitter = () => {}
  #lastSource: SourcePosition = NO_SOURCE
  #stream: StreamSilence | null = null
  readonly #store: SeriesStore
  readonly #settings: FindingSettings

  constructor(store: SeriesStore, settings: FindingSettings) {
    this.#store = store
    this.#settings = settings
  }

  /** After a batch. @param last position of its last row: what findings of the timers refer to */
  leave(last: SourcePosition): void {
    this.batch = null
    this.#lastSource = last
  }

  exceed(slot: number, detector: number, score: number, timeMs: number): void {
    const { f64 } = this.#store.core.chunk(slot)
    const base = this.#store.core.base(slot)
    const index = f64[base + layout.OPEN]! - 1
    f64[base + layout.SPOILT] = f64[base + layout.SPOILT]! | FAMILIES[detector]!
    if (index < 0) {
      this.#begin(slot, detector, score, timeMs)
      return
    }
    const finding = this.open[index]!
    finding.lastEvidenceMs = timeMs
    const known = (finding.mask >> detector) & 1
    // worth another look when a good deal stronger
    if (known === 1 && score <= finding.seen[detector]!.surprise * 1.1) return
    finding.mask |= 1 << detector
    finding.seen[detector] = observation(this.#store, slot, detector, score, timeMs)
    if (timeMs - finding.lastEmitMs >= (known === 1 ? UPDATE_EVERY_MS : JOIN_EVERY_MS))
      this.#update(finding, timeMs)
  }

  /** Bits of the detectors of the series' open finding, 0 for none. */
  maskOf(slot: number): number {
    const index = this.#store.core.chunk(slot).f64[this.#store.core.base(slot) + layout.OPEN]! - 1
    return this.open[index]?.mask ?? 0
  }

  review(slot: number, timeMs: number): void {
    const store = this.#store
    const index = store.core.chunk(slot).f64[store.core.base(slot) + layout.OPEN]! - 1
    const finding = this.open[index]
    if (finding == null) return
    if ((finding.mask & ((1 << UP) | (1 << DOWN))) !== 0 && store.rateRecovered(slot)) store.clear(slot, RATE)
    store.settle(slot)
    if (timeMs - finding.startMs > OPEN_MAX_MS) {
      this.#resolve(finding, index, timeMs)
      for (let d = 0, done = 0; d < DETECTORS; d++) {
        const family = FAMILIES[d]!
        if (((finding.mask >> d) & 1) === 0 || (done & family) !== 0) continue
        done |= family
        store.relearn(slot, family)
      }
      return
    }
    if (timeMs - finding.lastEvidenceMs < QUIET_MS) return
    const stale = store.silentMs(slot, timeMs) > STALE_MS
    for (let d = 0; d < DETECTORS; d++) {
      if (((finding.mask >> d) & 1) === 0) continue
      // without rows only the rate still says something
      if (stale && FAMILIES[d] !== RATE) continue
      const limit = store.limitOf(slot, d)
      if (limit !== Infinity && store.scoreOf(slot, d) > CLOSE_FRACTION * limit) return
    }
    this.#resolve(finding, index, timeMs)
    for (let d = 0; d < DETECTORS; d++) if (((finding.mask >> d) & 1) === 1) store.clear(slot, FAMILIES[d]!)
  }

  /** Nothing arrives at all, of any series: one finding instead of one for each. */
  streamSilent(series: number, fromMs: number, nowMs: number): void {
    if (this.#stream !== null) return
    this.#stream = { series, startMs: fromMs, detectedMs: nowMs, source: this.#source() }
    this.emit(this.#renderStream(this.#stream, 'open', null))
  }

  /** Something arrives again. */
  streamBack(nowMs: number): void {
    if (this.#stream === null) return
    this.emit(this.#renderStream(this.#stream, 'resolved', nowMs))
    this.#stream = null
  }

  #renderStream(silence: StreamSilence, state: FindingState, endMs: number | null): AnomalyFinding {
    const { series, startMs, detectedMs, source } = silence
    return {
      id: digest(`${source.stream}\u0000stream\u0000${startMs}`),
      kind: 'anomaly',
      state,
      startMs,
      detectedMs,
      endMs,
      severity: 'critical',
      score: 1,
      summary: `nothing arrives: all ${series} series silent at once`,
      fingerprint: digest('stream'),
      source,
      traceId: null,
      spanId: null,
      profile: 'stream',
      series: {},
      detectors: [{ name: 'rate', surprise: 100, expected: series, observed: 0, unit: '{series}' }],
      curve: null,
    }
  }

  /** What is open, as findings. */
  rendered(): readonly AnomalyFinding[] {
    const open = this.open.filter((finding) => finding !== null).map((f) => this.#render(f, 'open', null))
    return this.#stream === null ? open : [this.#renderStream(this.#stream, 'open', null), ...open]
  }

  /** Everything a snapshot needs, as JSON. */
  save(): SavedBook {
    return { open: this.open, source: this.#lastSource, stream: this.#stream }
  }

  load(saved: SavedBook): void {
    this.open.length = 0
    this.open.push(...saved.open)
    this.openCount = saved.open.filter((finding) => finding !== null).length
    this.#lastSource = saved.source
    this.#stream = saved.stream
  }

  /** The series goes away. */
  drop(slot: number, timeMs: number): void {
    const index = this.#store.core.chunk(slot).f64[this.#store.core.base(slot) + layout.OPEN]! - 1
    const finding = this.open[index]
    if (finding != null) this.#resolve(finding, index, timeMs)
  }

  /** What may be shown of a series. */
  nameOf(slot: number): { profile: string; series: Record<string, string> } {
    const { profile, series } = this.#settings.nameOf(slot)
    const shown: Record<string, string> = {}
    for (const key of Object.keys(series)) shown[key] = this.#settings.mask(series[key]!)
    return { profile, series: shown }
  }

  #begin(slot: number, detector: number, score: number, timeMs: number): void {
    const { f64 } = this.#store.core.chunk(slot)
    const base = this.#store.core.base(slot)
    const { profile, series: shown } = this.nameOf(slot)
    const source = this.#source()
    const identity = `${profile}\u0000${JSON.stringify(shown)}`
    const fingerprint = digest(identity)
    const tolerance = this.#settings.tolerance?.(fingerprint) ?? 1
    if (tolerance > 1 && score < tolerance * this.#store.limitOf(slot, detector)) return
    const finding: OpenFinding = {
      slot,
      id: digest(`${source.stream}\u0000${identity}\u0000${NAMES[detector]}\u0000${timeMs}`),
      fingerprint,
      profile,
      series: shown,
      startMs: timeMs,
      detectedMs: timeMs,
      lastEvidenceMs: timeMs,
      lastEmitMs: timeMs,
      updates: 0,
      lead: detector,
      mask: 1 << detector,
      seen: [],
      source,
      traceId: this.batch?.traceId(this.row) ?? null,
      spanId: this.batch?.spanId(this.row) ?? null,
    }
    finding.seen[detector] = observation(this.#store, slot, detector, score, timeMs)
    let index = this.open.indexOf(null)
    if (index < 0) index = this.open.length
    this.open[index] = finding
    this.openCount++
    f64[base + layout.OPEN] = index + 1
    this.emit(this.#render(finding, 'open', null))
  }

  #update(finding: OpenFinding, timeMs: number): void {
    finding.lastEmitMs = timeMs
    finding.updates++
    this.emit(this.#render(finding, 'update', null))
  }

  #resolve(finding: OpenFinding, index: number, timeMs: number): void {
    this.emit(this.#render(finding, 'resolved', timeMs))
    const lead = finding.seen[finding.lead]!
    this.#store.alarmed(finding.slot, finding.lead, Math.min(lead.surprise, ALARM_MAX * lead.limit))
    this.open[index] = null
    this.openCount--
    while (this.open.length > 0 && this.open.at(-1) === null) this.open.pop()
    this.#store.core.chunk(finding.slot).f64[this.#store.core.base(finding.slot) + layout.OPEN] = 0
  }

  #source(): SourcePosition {
    return this.batch === null ? this.#lastSource : this.batch.position(this.row)
  }

  #render(finding: OpenFinding, state: FindingState, endMs: number | null): AnomalyFinding {
    const unit = this.#settings.units(this.#store.profileOf(finding.slot))
    const detectors: DetectorEvidence[] = []
    let ratio = 0
    let families = 0
    for (let d = 0; d < DETECTORS; d++) {
      const seen = finding.seen[d]
      if (seen == null) continue
      families |= FAMILIES[d]!
      ratio = Math.max(ratio, seen.surprise / seen.limit)
      detectors.push({
        name: seen.name,
        surprise: round(seen.surprise),
        expected: round(seen.expected),
        observed: round(seen.observed),
        unit: FAMILIES[d] === VALUE ? unit : seen.unit,
      })
    }
    detectors.sort((a, b) => b.surprise - a.surprise)
    const lead = finding.seen[finding.lead]!
    return {
      id: finding.id,
      kind: 'anomaly',
      state,
      startMs: finding.startMs,
      detectedMs: finding.detectedMs,
      endMs,
      severity: severityOf(lead, families),
      score: round(Math.min(1, ratio / 2)),
      summary: describe(
        finding.series,
        finding.profile,
        lead,
        FAMILIES[finding.lead] === VALUE ? unit : lead.unit,
      ),
      fingerprint: finding.fingerprint,
      source: finding.source,
      traceId: finding.traceId,
      spanId: finding.spanId,
      profile: finding.profile,
      series: finding.series,
      detectors,
      curve: this.#store.curveOf(finding.slot, FAMILIES[finding.lead] === VALUE),
    }
  }
}

/** More than one family, or a rate five times off, is critical. */
function severityOf(lead: Observation, families: number): Severity {
  const many = (families & (families - 1)) !== 0
  const far =
    lead.unit === '{event}/s' && (lead.observed > 5 * lead.expected || lead.observed < 0.05 * lead.expected)
  return many || far ? 'critical' : 'warning'
}

/** Four significant digits; NaN and infinities become 0, as JSON has none. */
const round = (x: number): number => (Number.isFinite(x) ? Number(x.toPrecision(4)) : 0)

/** 32 hex digits. */
function digest(text: string): string {
  const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0')
  const first = hashText(text, 0x7e117a1e)
  const second = hashText(text, 0x51f15eed)
  return hex(first.a) + hex(first.b) + hex(second.a) + hex(second.b)
}
