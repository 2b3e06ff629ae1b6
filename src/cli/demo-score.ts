import type { Finding } from '../core/finding.ts'
import type { Truth } from '../simulate/truth.ts'

/** Holds what the daemon said against what the simulator did. */

export interface Sighting {
  readonly finding: Finding
  /** Wall time at which it was said, ms since epoch. */
  readonly saidMs: number
}

export interface Verdict {
  /** e.g. `credential-stuffing on auth`. */
  readonly what: string
  /** From its beginning to the first finding about it, ms of wall time; null when missed. */
  readonly afterMs: number | null
  /** Detectors or rules that saw it. */
  readonly by: readonly string[]
}

export interface Score {
  readonly verdicts: readonly Verdict[]
  /** Findings about nothing that happened; one an id. */
  readonly falseAlarms: number
}

/** A finding this long after the end of a window still counts for it. */
const GRACE_MS = 60_000

const serviceOf = (finding: Finding): string => finding.series['service.name'] ?? ''

export function scoreFindings(truth: Truth, sightings: readonly Sighting[]): Score {
  const explained = new Set<string>()
  const verdictOf = (what: string, startMs: number, matches: (s: Sighting) => boolean): Verdict => {
    const about = sightings.filter(matches)
    for (const { finding } of about) explained.add(finding.id)
    const names = about.flatMap(({ finding: f }) =>
      f.kind === 'anomaly' ? f.detectors.map((d) => d.name) : [f.rule],
    )
    const first = about[0]
    return {
      what,
      afterMs: first === undefined ? null : Math.max(0, first.saidMs - startMs),
      by: [...new Set(names)],
    }
  }
  const windows = truth.windows.map((w) =>
    verdictOf(
      `${w.kind} on ${w.service}`,
      w.startMs,
      ({ finding: f }) =>
        f.kind === 'anomaly' &&
        serviceOf(f) === w.service &&
        f.detectedMs >= w.startMs &&
        f.startMs <= w.endMs + GRACE_MS,
    ),
  )
  const leaks = truth.leaks.map((leak) =>
    verdictOf(
      `${leak.kind} in ${leak.place} of ${leak.service}`,
      leak.timeMs,
      ({ finding: f }) =>
        f.kind !== 'anomaly' &&
        serviceOf(f) === leak.service &&
        f.place === leak.place &&
        Math.abs(f.startMs - leak.timeMs) < 1000,
    ),
  )
  const unexplained = new Set(sightings.map((s) => s.finding.id).filter((id) => !explained.has(id)))
  return { verdicts: [...windows, ...leaks], falseAlarms: unexplained.size }
}
