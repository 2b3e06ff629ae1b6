import type { Finding } from '../../core/finding.ts'

/** A labelled episode. */
export interface LabelledWindow {
  readonly startMs: number
  readonly endMs: number
  readonly kind: string
  /** Empty: any series. */
  readonly series: ReadonlySet<string>
}

export interface LabelScores {
  readonly rows: {
    readonly precision: number
    readonly recall: number
    readonly f1: number
    readonly labelled: number
  }
  readonly windows: number
  readonly found: number
  readonly missed: readonly string[]
  /** Seconds from a window's start to its first finding; NaN when none was found. */
  readonly medianSeconds: number
  readonly maxSeconds: number
  readonly falseAlarms: number
  readonly seriesDays: number
}

/** A finding this long after a window's end still counts for it; false alarms closer than this are one. */
const GRACE_MS = 60_000
const DAY_MS = 86_400_000

interface OpenWindow {
  startMs: number
  endMs: number
  kind: string
  series: Set<string>
}

/**
 * Compares alerts and findings with labels. A window is found when a finding of its series is detected inside it or
 * within a minute after; other findings are false alarms, merged per series when under a minute apart.
 */
export class LabelScorer {
  readonly #given: readonly LabelledWindow[] | null
  readonly #named = new Map<string, OpenWindow>()
  readonly #running = new Map<string, OpenWindow>()
  readonly #closed: OpenWindow[] = []
  readonly #findings = new Map<string, { atMs: number; series: string }>()
  readonly #series = new Set<string>()
  #truePositive = 0
  #falsePositive = 0
  #falseNegative = 0
  #labelled = 0
  #firstMs = Number.POSITIVE_INFINITY
  #lastMs = Number.NEGATIVE_INFINITY

  /** @param windows from a file; null to take them from the rows' labels */
  constructor(windows: readonly LabelledWindow[] | null) {
    this.#given = windows
  }

  /** @param label 1 anomalous, 0 normal, -1 not said */
  row(timeMs: number, series: string, label: number, window: string, alert: number): void {
    this.#series.add(series)
    if (timeMs < this.#firstMs) this.#firstMs = timeMs
    if (timeMs > this.#lastMs) this.#lastMs = timeMs
    if (label < 0) return
    this.#labelled++
    if (label === 1 && alert === 1) this.#truePositive++
    else if (label === 1) this.#falseNegative++
    else if (alert === 1) this.#falsePositive++
    if (label === 1 && this.#given === null) this.#extend(timeMs, series, window)
  }

  finding(finding: Finding): void {
    if (finding.kind !== 'anomaly') return
    const known = this.#findings.get(finding.id)
    if (known !== undefined && known.atMs <= finding.detectedMs) return
    const series = finding.series['service.name'] ?? Object.values(finding.series)[0] ?? '*'
    this.#findings.set(finding.id, { atMs: finding.detectedMs, series })
  }

  scores(): LabelScores {
    const windows = this.#given ?? [...this.#named.values(), ...this.#closed, ...this.#running.values()]
    const findings = [...this.#findings.values()].sort((a, b) => a.atMs - b.atMs)
    const used = new Set<number>()
    const delays: number[] = []
    const missed: string[] = []
    for (const w of windows) {
      let delay = -1
      findings.forEach((f, i) => {
        const same = w.series.size === 0 || f.series === '*' || w.series.has(f.series)
        if (!same || f.atMs < w.startMs || f.atMs > w.endMs + GRACE_MS) return
        used.add(i)
        if (delay < 0) delay = (f.atMs - w.startMs) / 1000
      })
      if (delay < 0) missed.push(w.kind)
      else delays.push(delay)
    }
    delays.sort((a, b) => a - b)
    const tp = this.#truePositive
    const precision = tp / Math.max(1, tp + this.#falsePositive)
    const recall = tp / Math.max(1, tp + this.#falseNegative)
    return {
      rows: {
        precision,
        recall,
        f1: (2 * precision * recall) / Math.max(1e-9, precision + recall),
        labelled: this.#labelled,
      },
      windows: windows.length,
      found: delays.length,
      missed: missed.sort(),
      medianSeconds: median(delays),
      maxSeconds: delays.at(-1) ?? Number.NaN,
      falseAlarms: countAlarms(findings.filter((_, i) => !used.has(i))),
      seriesDays: (Math.max(0, this.#lastMs - this.#firstMs) / DAY_MS) * this.#series.size,
    }
  }

  /** Rows of one named window are one; without a name, labelled rows of a series under a minute apart are. */
  #extend(timeMs: number, series: string, name: string): void {
    if (name !== '') {
      const known = this.#named.get(name)
      if (known === undefined) this.#named.set(name, newWindow(timeMs, series, name))
      else grow(known, timeMs, series)
      return
    }
    const running = this.#running.get(series)
    if (running !== undefined && timeMs - running.endMs <= GRACE_MS) {
      grow(running, timeMs, series)
      return
    }
    if (running !== undefined) this.#closed.push(running)
    this.#running.set(series, newWindow(timeMs, series, series))
  }
}

const newWindow = (timeMs: number, series: string, kind: string): OpenWindow => ({
  startMs: timeMs,
  endMs: timeMs,
  kind,
  series: new Set([series]),
})

function grow(window: OpenWindow, timeMs: number, series: string): void {
  window.startMs = Math.min(window.startMs, timeMs)
  window.endMs = Math.max(window.endMs, timeMs)
  window.series.add(series)
}

function median(sorted: readonly number[]): number {
  const half = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

function countAlarms(findings: readonly { atMs: number; series: string }[]): number {
  const last = new Map<string, number>()
  let alarms = 0
  for (const { atMs, series } of findings) {
    if (atMs - (last.get(series) ?? Number.NEGATIVE_INFINITY) > GRACE_MS) alarms++
    last.set(series, atMs)
  }
  return alarms
}

/** The scores as a person reads them, one a line. */
export function describeScores(s: LabelScores): string[] {
  const share = (n: number) => n.toFixed(3)
  const seconds = (n: number) => (Number.isNaN(n) ? '-' : `${n.toFixed(1)} s`)
  const perDay = s.seriesDays > 0 ? (s.falseAlarms / s.seriesDays).toFixed(2) : '-'
  return [
    `windows        ${s.found} of ${s.windows} found${s.missed.length > 0 ? `, missed ${s.missed.join(' ')}` : ''}`,
    `time to detect median ${seconds(s.medianSeconds)}, longest ${seconds(s.maxSeconds)}`,
    `false alarms   ${s.falseAlarms}: ${perDay} per series-day over ${s.seriesDays.toFixed(2)} series-days`,
    s.rows.labelled === 0
      ? 'rows           none is labelled'
      : `rows           precision ${share(s.rows.precision)}, recall ${share(s.rows.recall)}, F1 ${share(s.rows.f1)}`,
  ]
}
