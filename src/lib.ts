/**
 * telltale as a library: profiles of behaviour over batches of rows, without a daemon.
 *
 *   const profiles = createProfiles()
 *   const batch = profiles.batch('logs')
 *   batch.append(exportLogsServiceRequest)            // OTLP bytes; or fill the columns yourself
 *   for (const finding of profiles.processOtlp(batch, 'otlp_proto')) console.log(finding.summary)
 *   const state = profiles.snapshot()                 // bytes; restore() goes on exactly here
 *   profiles.free()
 *
 * A batch is columns over one buffer and is read in place: nothing is copied, no row becomes an object.
 */
import type { z } from 'zod'
import { KeyTable } from './columns/key-table.ts'
import { RecordBatch, SIGNAL_NAMES, type Signal } from './columns/record-batch.ts'
import type { DetectorStatus } from './columns/stage.ts'
import { type Clock, SYSTEM_CLOCK } from './core/clock.ts'
import { TelltaleError } from './core/errors.ts'
import type { Finding } from './core/finding.ts'
import { type DetectorsConfig, detectorsConfig } from './detectors/config.ts'
import { createDetectors, type Detectors } from './detectors/engine.ts'
import { decodeOtlp } from './ingest/otlp/decode/decode-otlp.ts'
import { DEFAULT_DECODE_LIMITS } from './ingest/otlp/decode/limits.ts'

export { KeyTable } from './columns/key-table.ts'
export * as columns from './columns/record-batch.ts'
export { RecordBatch } from './columns/record-batch.ts'
export { TelltaleError } from './core/errors.ts'
export type { AnomalyFinding, DetectorEvidence, Finding } from './core/finding.ts'
export { type DetectorsConfig, detectorsConfig } from './detectors/config.ts'

export interface ProfilesOptions {
  /** As in the `detectors` part of the configuration; defaults where left out. */
  readonly config?: z.input<typeof detectorsConfig>
  /** Wall time for a live stream, `null` when replaying: then only the times of rows count. Default: the system's. */
  readonly clock?: Clock | null
  /** Of the key hashes; a snapshot is restored by the seed that took it. */
  readonly seed?: number
  /** Replaces secrets in series values that are about to be shown. */
  readonly mask?: (text: string) => string
}

/** Create, process, snapshot, restore, free. @throws ZodError when the configuration is wrong */
export function createProfiles(options: ProfilesOptions = {}): Profiles {
  const config: DetectorsConfig = detectorsConfig.parse(options.config ?? {})
  const keys = new KeyTable(options.seed ?? 0)
  const clock = options.clock === undefined ? SYSTEM_CLOCK : options.clock
  return new Profiles(
    keys,
    createDetectors(config, { keys, clock, ...(options.mask && { mask: options.mask }) }),
  )
}

export class Profiles {
  /** Interned attribute keys, for whoever fills columns itself. */
  readonly keys: KeyTable
  readonly #batch: RecordBatch
  #detectors: Detectors | null

  constructor(keys: KeyTable, detectors: Detectors) {
    this.keys = keys
    this.#batch = new RecordBatch(keys, 'linear')
    this.#detectors = detectors
  }

  /** The one batch of these profiles, emptied; fill it and hand it to {@link process} or {@link processOtlp}. */
  batch(signal: (typeof SIGNAL_NAMES)[number]): RecordBatch {
    this.#batch.reset(SIGNAL_NAMES.indexOf(signal) as Signal)
    this.#batch.receivedMs = Date.now()
    return this.#batch
  }

  /** Decodes the payload appended to a batch, then {@link process}. @throws TelltaleError what the decoder refused */
  processOtlp(batch: RecordBatch, format: 'otlp_proto' | 'otlp_json'): Finding[] {
    const outcome = decodeOtlp(batch, format, DEFAULT_DECODE_LIMITS)
    if (outcome.kind !== 'done') throw outcome.cause
    return this.process(batch)
  }

  /** Rows of a batch in; what opened, grew or resolved out. */
  process(batch: RecordBatch): Finding[] {
    const found: Finding[] = []
    this.#live.observe(batch, (finding) => found.push(finding))
    return found
  }

  /** Time passes without rows. @param nowMs ms since epoch */
  tick(nowMs: number): Finding[] {
    const found: Finding[] = []
    this.#live.tick(nowMs, (finding) => found.push(finding))
    return found
  }

  snapshot(): Uint8Array {
    return this.#live.snapshot()
  }

  /** @throws TelltaleError STATE_DAMAGED or STATE_SCHEMA; nothing has changed then */
  restore(bytes: Uint8Array): void {
    this.#live.restore(bytes)
  }

  status(): DetectorStatus {
    return this.#live.status()
  }

  /** Gives the memory back; everything else throws from now on. */
  free(): void {
    this.#detectors = null
  }

  get #live(): Detectors {
    if (this.#detectors === null) throw new TelltaleError('INTERNAL', 'these profiles were freed')
    return this.#detectors
  }
}
