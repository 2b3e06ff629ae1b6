import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Finding } from '../../core/finding.ts'
import { matchConfig } from '../config.ts'
import { compileMatch, globMatches, type Matcher } from '../routing/match.ts'
import type { JsonFile } from './json-file.ts'

/** What a person asks for. */
export const silenceRequest = z
  .strictObject({
    match: matchConfig.extend({
      detector: z
        .array(z.string().min(1))
        .optional()
        .meta({ description: 'Only anomalies that no other detector carries.' }),
    }),
    until: z.iso
      .datetime({ offset: true })
      .meta({ description: 'When it ends.', examples: ['2030-01-01T00:00:00Z'] }),
    comment: z.string().max(1000).default(''),
    createdBy: z.string().max(200).default(''),
  })
  .refine(
    ({ match }) => Object.values(match).some((v) => v !== undefined && Object.keys(v).length > 0),
    'a silence must match something',
  )
export type SilenceRequest = z.output<typeof silenceRequest>

export interface Silence extends SilenceRequest {
  readonly id: string
  /** ISO 8601 */
  readonly createdAt: string
}

const MAX_SILENCES = 1000

interface Entry {
  readonly silence: Silence
  readonly matches: Matcher
  readonly untilMs: number
}

/** Who is not to be told of what until when; kept across restarts. Counting and the API go on. */
export class Silences {
  readonly #file: JsonFile | null
  readonly #entries = new Map<string, Entry>()

  constructor(file: JsonFile | null) {
    this.#file = file
  }

  async load(): Promise<void> {
    const found = await this.#file?.load()
    if (!Array.isArray(found)) return
    for (const value of found as unknown[]) {
      const { id, createdAt, ...rest } = (value ?? {}) as Record<string, unknown>
      const parsed = silenceRequest.safeParse(rest)
      if (parsed.success && typeof id === 'string' && typeof createdAt === 'string') {
        this.#put({ ...parsed.data, id, createdAt })
      }
    }
  }

  /** Durable when it resolves. @returns null when there are too many */
  async add(request: SilenceRequest, nowMs: number): Promise<Silence | null> {
    this.#forget(nowMs)
    if (this.#entries.size >= MAX_SILENCES) return null
    const silence = { ...request, id: randomUUID(), createdAt: new Date(nowMs).toISOString() }
    this.#put(silence)
    await this.#save()
    return silence
  }

  /** @returns false when there is no such silence */
  async remove(id: string): Promise<boolean> {
    if (!this.#entries.delete(id)) return false
    await this.#save()
    return true
  }

  /** Those that hold now. */
  list(nowMs: number): Silence[] {
    return [...this.#entries.values()].filter((e) => e.untilMs > nowMs).map((e) => e.silence)
  }

  covers(finding: Finding, nowMs: number): boolean {
    for (const { matches, untilMs } of this.#entries.values()) {
      if (untilMs > nowMs && matches(finding)) return true
    }
    return false
  }

  #put(silence: Silence): void {
    const { detector, ...match } = silence.match
    const picks = compileMatch(match)
    const matches: Matcher = (finding) => picks(finding) && carriedBy(finding, detector)
    this.#entries.set(silence.id, { silence, matches, untilMs: Date.parse(silence.until) })
  }

  #forget(nowMs: number): void {
    for (const [id, { untilMs }] of this.#entries) if (untilMs <= nowMs) this.#entries.delete(id)
  }

  async #save(): Promise<void> {
    await this.#file?.save([...this.#entries.values()].map((e) => e.silence))
  }
}

/** Whether every detector that saw it is among those; an anomaly that another one saw too is still told. */
function carriedBy(finding: Finding, detectors: readonly string[] | undefined): boolean {
  if (detectors === undefined) return true
  if (finding.kind !== 'anomaly') return false
  return finding.detectors.every((d) => detectors.some((pattern) => globMatches(pattern, d.name)))
}
