import type { ProfileBand, SeriesView } from '../../columns/stage.ts'
import type { Finding } from '../../core/finding.ts'

/** What `top` shows of a daemon at one moment, as its admin API tells it. */
export interface View {
  readonly atMs: number
  readonly ready: boolean
  readonly conditions: readonly { readonly name: string; readonly message: string }[]
  /** Sums of our metrics over all labels, by name, and by `name{label}` where one label matters. */
  readonly metrics: ReadonlyMap<string, number>
  readonly profiles: readonly ProfileRow[]
  readonly bands: readonly ProfileBand[]
  readonly series: readonly SeriesView[]
  /** Newest first. */
  readonly findings: readonly Finding[]
}

export interface ProfileRow {
  readonly name: string
  readonly series: number
  readonly open: number
}

/** How the admin API is asked; an AdminClient, or a test. */
export interface Ask {
  get(path: string, accept?: string): Promise<string>
}

/** @throws TelltaleError ADMIN_UNREACHABLE, UNAUTHENTICATED */
export async function readView(ask: Ask, rows: number, nowMs: () => number): Promise<View> {
  const json = async <T>(path: string): Promise<T> => JSON.parse(await ask.get(path)) as T
  const [metrics, ready, profiles, series, findings] = await Promise.all([
    ask.get('/metrics', 'text/plain'),
    json<Pick<View, 'ready' | 'conditions'>>('/readyz'),
    json<{ profiles: ProfileRow[]; bands: ProfileBand[] }>('/api/v1/profiles'),
    json<{ series: SeriesView[] }>(`/api/v1/series?limit=${rows}`),
    json<{ findings: Finding[] }>(`/api/v1/findings?limit=${rows}`),
  ])
  return {
    atMs: nowMs(),
    ...ready,
    metrics: sums(metrics),
    profiles: profiles.profiles,
    bands: profiles.bands,
    series: series.series,
    findings: findings.findings,
  }
}

const SAMPLE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/

/** Sums of each metric of the text format, and of rows by signal. */
export function sums(text: string): Map<string, number> {
  const out = new Map<string, number>()
  const add = (name: string, value: number): void => void out.set(name, (out.get(name) ?? 0) + value)
  for (const line of text.split('\n')) {
    const [, name, labels, value] = SAMPLE.exec(line) ?? []
    if (name === undefined) continue
    add(name, Number(value))
    const signal = /signal="([a-z]+)"/.exec(labels ?? '')?.[1]
    if (signal !== undefined) add(`${name}{${signal}}`, Number(value))
  }
  return out
}
