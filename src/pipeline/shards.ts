import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DetectorStage, DetectorStatus, ProfileBand, SeriesView } from '../columns/stage.ts'
import type { FindingEmitter } from '../core/finding.ts'

/**
 * One detector stage a stream: `otlp`, or a Kafka partition, so that state is handed over with its partition.
 * A series whose records come from two streams is two series.
 */
export class Shards {
  readonly #create: (stream: string) => DetectorStage
  readonly #byStream = new Map<string, DetectorStage>()
  /** Streams that do not live by the wall clock, and until when nothing of them is missing, ms since epoch. */
  readonly #untilMs = new Map<string, number>()
  /** Stages that are being read, and by how many: nothing may change them. */
  readonly #held = new Map<DetectorStage, number>()
  /** Told when a stage may change again. */
  onLetGo: () => void = () => {}

  constructor(create: (stream: string) => DetectorStage) {
    this.#create = create
  }

  /** The stage of a stream, made cold when it is new. */
  of(stream: string): DetectorStage {
    const known = this.#byStream.get(stream)
    if (known !== undefined) return known
    const made = this.#create(stream)
    this.#byStream.set(stream, made)
    return made
  }

  /** The stage of a stream that is open, else undefined: its records are somebody else's by now. */
  find(stream: string): DetectorStage | undefined {
    return this.#byStream.get(stream)
  }

  /** Forgets a stream that went to another instance. */
  release(stream: string): void {
    this.#byStream.delete(stream)
    this.#untilMs.delete(stream)
  }

  /** Time of this stream passes up to here, and no further until this is called again. */
  observedUntil(stream: string, untilMs: number): void {
    if (this.#byStream.has(stream)) this.#untilMs.set(stream, untilMs)
  }

  /** False once the stream was released, even when it has come back since. */
  owns(stream: string, stage: DetectorStage): boolean {
    return this.#byStream.get(stream) === stage
  }

  /** From now on nothing changes the stage. @returns what lets it go, to be called once */
  hold(stage: DetectorStage): () => void {
    this.#held.set(stage, (this.#held.get(stage) ?? 0) + 1)
    return () => {
      const holders = this.#held.get(stage)! - 1
      if (holders > 0) this.#held.set(stage, holders)
      else this.#held.delete(stage)
      if (holders === 0) this.onLetGo()
    }
  }

  isHeld(stage: DetectorStage): boolean {
    return this.#held.size > 0 && this.#held.has(stage)
  }

  /** Time passes; where a stage is held, at the next tick after that. */
  tick(nowMs: number, emit: FindingEmitter): void {
    for (const [stream, stage] of this.#byStream) {
      if (this.isHeld(stage)) continue
      stage.tick(Math.min(nowMs, this.#untilMs.get(stream) ?? nowMs), emit)
    }
  }

  status(): DetectorStatus {
    const all = [...this.#byStream.values()].map((s) => s.status())
    const sum = (read: (s: DetectorStatus) => number) => all.reduce((n, s) => n + read(s), 0)
    const profiles = new Map<string, { name: string; series: number; open: number }>()
    for (const p of all.flatMap((s) => s.profiles)) {
      const seen = profiles.get(p.name) ?? { name: p.name, series: 0, open: 0 }
      profiles.set(p.name, { name: p.name, series: seen.series + p.series, open: seen.open + p.open })
    }
    return {
      series: sum((s) => s.series),
      seriesMax: sum((s) => s.seriesMax),
      evictions: sum((s) => s.evictions),
      lateRows: sum((s) => s.lateRows),
      overflowRows: sum((s) => s.overflowRows),
      open: sum((s) => s.open),
      stateBytes: sum((s) => s.stateBytes),
      warming: all.every((s) => s.warming),
      profiles: [...profiles.values()],
    }
  }

  /** What came and what was expected of each profile, over all streams. */
  bands(): readonly ProfileBand[] {
    const sums = new Map<string, ProfileBand>()
    for (const b of [...this.#byStream.values()].flatMap((s) => s.bands())) {
      const { observed, expected, variance } = sums.get(b.profile) ?? {
        observed: 0,
        expected: 0,
        variance: 0,
      }
      sums.set(b.profile, {
        profile: b.profile,
        observed: observed + b.observed,
        expected: expected + b.expected,
        variance: variance + b.variance,
      })
    }
    return [...sums.values()]
  }

  /** The busiest series of all streams; other work gets its turn between steps. */
  async survey(limit: number): Promise<readonly SeriesView[]> {
    const all: SeriesView[] = []
    for (const stage of [...this.#byStream.values()]) {
      const steps = stage.survey(limit)
      let step = steps.next()
      for (; step.done !== true; step = steps.next()) await nextTurn()
      all.push(...step.value)
    }
    const first = (a: SeriesView, b: SeriesView): number =>
      Number(b.open) - Number(a.open) || b.observedPerS - a.observedPerS
    return all.sort(first).slice(0, limit)
  }
}
