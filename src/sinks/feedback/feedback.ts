import { z } from 'zod'
import type { Finding } from '../../core/finding.ts'
import type { JsonFile } from './json-file.ts'

export const VERDICTS = ['useful', 'noise'] as const
export type FeedbackVerdict = (typeof VERDICTS)[number]

/** What people said about the findings of one series, and what came of it. */
export interface SeriesFeedback {
  readonly fingerprint: string
  /** The profile of an anomaly, the rule of a secret. */
  readonly subject: string
  readonly series: Readonly<Record<string, string>>
  /** Latest verdict by finding id, oldest first. */
  readonly verdicts: readonly (readonly [string, FeedbackVerdict])[]
  /** The series' threshold is its calibrated one times this. */
  readonly factor: number
}

/** Each `noise` raises the threshold by a quarter, each `useful` takes one such step back; at most eightfold. */
const STEP = 1.25
const MAX_FACTOR = 8
const MAX_SERIES = 10_000
const MAX_VERDICTS = 100

const saved = z.array(
  z.object({
    fingerprint: z.string(),
    subject: z.string(),
    series: z.record(z.string(), z.string()),
    verdicts: z.array(z.tuple([z.string(), z.enum(VERDICTS)])),
    steps: z.number().int().min(0),
  }),
)

interface Entry {
  readonly fingerprint: string
  readonly subject: string
  readonly series: Readonly<Record<string, string>>
  readonly verdicts: Map<string, FeedbackVerdict>
  steps: number
}

const change = (verdict: FeedbackVerdict): number => (verdict === 'noise' ? 1 : -1)

/** Feedback by series; kept across restarts. */
export class Feedback {
  readonly #file: JsonFile | null
  readonly #entries = new Map<string, Entry>()

  constructor(file: JsonFile | null) {
    this.#file = file
  }

  async load(): Promise<void> {
    const parsed = saved.safeParse(await this.#file?.load())
    if (!parsed.success) return
    for (const entry of parsed.data) {
      this.#entries.set(entry.fingerprint, { ...entry, verdicts: new Map(entry.verdicts) })
    }
  }

  /** Durable when it resolves. Said again of the same finding, it replaces what was said before. */
  async record(finding: Finding, verdict: FeedbackVerdict): Promise<SeriesFeedback> {
    const { fingerprint } = finding
    const subject = finding.kind === 'anomaly' ? finding.profile : finding.rule
    const known = this.#entries.get(fingerprint)
    const entry = known ?? { fingerprint, subject, series: finding.series, verdicts: new Map(), steps: 0 }
    const before = entry.verdicts.get(finding.id)
    if (before !== verdict) {
      entry.steps = Math.max(0, entry.steps - (before === 'noise' ? 1 : 0) + change(verdict))
    }
    entry.verdicts.delete(finding.id)
    entry.verdicts.set(finding.id, verdict)
    trim(entry.verdicts, MAX_VERDICTS)
    this.#entries.delete(fingerprint)
    this.#entries.set(fingerprint, entry)
    trim(this.#entries, MAX_SERIES)
    await this.#file?.save([...this.#entries.values()].map((e) => ({ ...e, verdicts: [...e.verdicts] })))
    return shown(entry)
  }

  /** What a series' threshold is multiplied by; 1 without feedback. */
  factorOf(fingerprint: string): number {
    const entry = this.#entries.get(fingerprint)
    return entry === undefined ? 1 : Math.min(MAX_FACTOR, STEP ** entry.steps)
  }

  list(): SeriesFeedback[] {
    return [...this.#entries.values()].map(shown)
  }
}

function shown({ fingerprint, subject, series, verdicts, steps }: Entry): SeriesFeedback {
  const factor = Math.min(MAX_FACTOR, STEP ** steps)
  return { fingerprint, subject, series, verdicts: [...verdicts], factor }
}

function trim(map: Map<string, unknown>, capacity: number): void {
  while (map.size > capacity) map.delete(map.keys().next().value!)
}
