import type { SeriesView } from '../../columns/stage.ts'
import type { Finding } from '../../core/finding.ts'
import { type Paint, safeText } from '../finding-text.ts'
import type { ProfileRow, View } from './view.ts'

/** Widths of the columns of figures. */
const FIGURE = 9
const MARKS = { critical: '!!', warning: '! ', info: '- ' } as const
const COLOURS = { critical: 'red', warning: 'yellow', info: 'cyan' } as const
/** Standard deviations to each side of what is expected. */
const BAND = 2

/**
 * The screen as lines, none wider than `columns`, at most `rows`. Rates are over the time since `before`.
 * @param before a view up to a minute older, or the same one when there is none
 */
export function screen(
  view: View,
  before: View,
  columns: number,
  rows: number,
  address: string,
  paint: Paint,
): string[] {
  const head = [title(view, address), ...totals(view, before), ...troubles(view)]
  const spare = Math.max(0, rows - head.length)
  const profiles = view.profiles.slice(0, Math.max(1, spare - 8)).map((p) => profileLine(p, view, before))
  const left = Math.max(0, spare - profiles.length - 2)
  const findings = view.findings.slice(0, Math.max(0, Math.floor(left / 2) - 2))
  const series = view.series.slice(0, Math.max(0, left - findings.length - 4))
  const label = Math.max(12, columns - 5 * (FIGURE + 1))
  const line = (text: string, style?: (s: string) => string): string => {
    const cut = fit(text, columns)
    return style === undefined ? cut : style(cut)
  }
  const dim = (s: string): string => paint('dim', s)
  return [
    ...head.map((text, i) => line(text, i === 0 ? (s) => paint('bold', s) : undefined)),
    '',
    line(heading('PROFILE', label, ['SERIES', 'OPEN', 'RATE/S', 'EXPECTED', 'UP TO']), dim),
    ...profiles.map((cells) => line(row(cells, label))),
    '',
    line(heading('BUSIEST SERIES', label, ['RATE/S', 'EXPECTED', 'SURPRISE', 'LIMIT']), dim),
    ...series.map((s) => line(seriesLine(s, label), s.open ? (x) => paint('yellow', x) : undefined)),
    '',
    line('FINDINGS', dim),
    ...(findings.length === 0 ? [line('  none', dim)] : []),
    ...findings.map((f) =>
      line(findingLine(f, view.atMs), f.state === 'resolved' ? dim : (x) => paint(COLOURS[f.severity], x)),
    ),
  ].slice(0, rows)
}

function title(view: View, address: string): string {
  const state = view.ready ? 'ready' : 'NOT READY'
  return `telltale  ${safeText(address)}  ${state}  ${new Date(view.atMs).toISOString().slice(11, 19)} UTC`
}

function totals(view: View, before: View): string[] {
  const seconds = (view.atMs - before.atMs) / 1000
  const sum = (name: string): number => view.metrics.get(name) ?? 0
  const rate = (name: string): string =>
    seconds > 0 ? figure(Math.max(0, sum(name) - (before.metrics.get(name) ?? 0)) / seconds) : '-'
  const signals = ['logs', 'spans', 'metrics'].map((s) => `${s} ${rate(`telltale_rows_total{${s}}`)}`)
  return [
    `rows/s ${rate('telltale_rows_total')} (${signals.join(', ')})  refused/s ${rate('telltale_refusals_total')}  ` +
      `secrets/s ${rate('telltale_scanner_secrets_total')}  findings waiting ${figure(sum('telltale_sink_pending_findings'))}`,
    `cores ${rate('process_cpu_seconds_total')}  resident ${Math.round(sum('process_resident_memory_bytes') / 2 ** 20)} MiB  ` +
      `series ${figure(sum('telltale_series'))} of ${figure(sum('telltale_series_max'))}  ` +
      `loop lag ${Math.round(sum('telltale_event_loop_lag_seconds') * 1000)} ms`,
  ]
}

const troubles = (view: View): string[] =>
  view.conditions.slice(0, 4).map((c) => `${safeText(c.name)}: ${safeText(c.message)}`)

/** Bins close every ten seconds, and late for series that are silent; before any did there is nothing to say. */
function profileLine(profile: ProfileRow, view: View, before: View): string[] {
  const ofProfile = (v: View) => v.bands.find((b) => b.profile === profile.name)
  const seconds = (view.atMs - before.atMs) / 1000
  const grown = (field: 'observed' | 'expected' | 'variance'): number =>
    (ofProfile(view)?.[field] ?? 0) - (ofProfile(before)?.[field] ?? 0)
  const known = seconds > 0 && grown('expected') > 0
  const perS = (n: number): string => (known ? figure(n / seconds) : '-')
  return [
    safeText(profile.name),
    figure(profile.series),
    figure(profile.open),
    perS(grown('observed')),
    perS(grown('expected')),
    perS(grown('expected') + BAND * Math.sqrt(grown('variance'))),
  ]
}

function seriesLine(s: SeriesView, label: number): string {
  const name = [s.profile, ...Object.values(s.series)].filter((t) => t !== '').map(safeText)
  const surprise = s.limit === null ? ['-', 'warming'] : [figure(s.surprise), figure(s.limit)]
  return row(
    [`${s.open ? '!' : ' '} ${name.join(' ')}`, figure(s.observedPerS), figure(s.expectedPerS), ...surprise],
    label,
  )
}

function findingLine(f: Finding, nowMs: number): string {
  const mark = f.state === 'resolved' ? 'ok' : MARKS[f.severity]
  const time = new Date(f.startMs).toISOString().slice(11, 19)
  const lasted = Math.max(0, (f.endMs ?? nowMs) - f.startMs) / 1000
  const surprise =
    f.kind === 'anomaly' ? `${figure(Math.max(0, ...f.detectors.map((d) => d.surprise)))} nats` : 'secret'
  return `${mark} ${time} ${f.kind === 'anomaly' ? span(lasted).padStart(5) : '     '} ${surprise.padStart(10)}  ${safeText(f.summary)}`
}

const heading = (name: string, label: number, cells: readonly string[]): string =>
  row([name, ...cells], label)

function row([name = '', ...cells]: readonly string[], label: number): string {
  return fit(name, label).padEnd(label) + cells.map((c) => ` ${c.padStart(FIGURE)}`).join('')
}

/** Cut by code points; nothing here is wider than one column but what people name their services. */
function fit(text: string, columns: number): string {
  const points = [...text]
  return points.length <= columns ? text : `${points.slice(0, Math.max(0, columns - 1)).join('')}…`
}

/** A number in at most eight characters. */
export function figure(x: number): string {
  if (!Number.isFinite(x)) return '-'
  if (Math.abs(x) >= 1e6) return `${Number((x / 1e6).toPrecision(3))}M`
  if (Math.abs(x) >= 1e5) return `${Math.round(x / 1000)}k`
  if (Math.abs(x) >= 100) return String(Math.round(x))
  return String(Number(x.toPrecision(3)))
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)}s`
  return seconds < 7200 ? `${Math.round(seconds / 60)}m` : `${Math.round(seconds / 3600)}h`
}
