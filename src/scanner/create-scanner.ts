import { ATTR_STRIDE, KEY_END, KEY_START, type RecordBatch } from '../columns/record-batch.ts'
import type { ScannerStage } from '../columns/stage.ts'
import type { Clock } from '../core/clock.ts'
import type { FindingEmitter } from '../core/finding.ts'
import type { Counter, CounterFamily, Meter } from '../telemetry/meter.ts'
import { AllowList, type AllowListData } from './allow-list.ts'
import { BatchSpans } from './batch-spans.ts'
import type { ScannerConfig } from './config.ts'
import { ScanEngine } from './engine.ts'
import { Sightings } from './fold.ts'
import { honeytokenLookup, readHoneytokenStore } from './honeytokens.ts'
import type { Match } from './match.ts'
import { MatchWindow } from './match-window.ts'
import type { Place } from './place.ts'
import type { LinearSieve } from './prefilter/linear-sieve.ts'
import type { CompiledRule } from './rule.ts'
import { LOG_CONTEXT } from './scan-context.ts'
import { SecretReport } from './secret-report.ts'

/** What the daemon gives the scanner. */
export interface ScannerOptions {
  /** Key of the fingerprints; the same key gives the same fingerprint for the same secret. */
  readonly fingerprintKey: Uint8Array
  readonly rules: readonly CompiledRule[]
  /** What to let pass; the configuration's own list when not given. */
  readonly allow?: AllowListData
  readonly clock: Clock
  readonly honeytoken?: (secret: string) => string | null
  readonly meter?: Meter
  /** What was told already; its own when left out. Handed from a scanner to the one that replaces it. */
  readonly sightings?: Sightings
}

/** The scanner of the stream, with counters of what it did not report. */
export interface StreamScanner extends ScannerStage {
  readonly engine: ScanEngine
  /** Sightings not reported because the same one was, or because the service reports too many. */
  readonly folded: () => number
  readonly limited: () => number
}

const decoder = new TextDecoder()

/**
 * Makes the scanner of one lane. It holds its own engine and is not to be shared between threads.
 * @throws TelltaleError CONFIG_UNREADABLE or CONFIG_INVALID for the honeytoken file
 */
export function createScanner(config: ScannerConfig, options: ScannerOptions): StreamScanner {
  const honeytoken =
    options.honeytoken ??
    (config.honeytokenFile === undefined
      ? null
      : honeytokenLookup(readHoneytokenStore(config.honeytokenFile)))
  const engine = (): ScanEngine =>
    new ScanEngine({
      config,
      rules: options.rules,
      fingerprintKey: options.fingerprintKey,
      ...(honeytoken === null ? {} : { honeytoken }),
    })
  return new BatchScanner(config, options, engine(), engine())
}

class BatchScanner implements StreamScanner {
  readonly engine: ScanEngine
  /** Of its own: texts are masked while a batch is being scanned. */
  readonly #masks: ScanEngine
  readonly #enabled: boolean
  readonly #sightings: Sightings
  readonly #byRule: CounterFamily | null
  readonly #bytes: Counter | null
  readonly #foldedTotal: Counter | null
  readonly #limitedTotal: Counter | null
  #folded = 0
  #limited = 0
  readonly #allow: AllowList | null
  readonly #spans = new BatchSpans()
  readonly #report: SecretReport

  constructor(config: ScannerConfig, options: ScannerOptions, engine: ScanEngine, masks: ScanEngine) {
    this.engine = engine
    this.#masks = masks
    this.#enabled = config.enabled
    const allow = options.allow ?? config.allow
    const empty = allow.regexes.length + allow.rules.length + allow.fingerprints.length === 0
    this.#allow = empty ? null : new AllowList(allow)
    this.#sightings = options.sightings ?? new Sightings()
    this.#sightings.limits = { foldMs: config.foldFor, perMinute: config.findingsPerServiceMinute }
    this.#report = new SecretReport(options.clock, (text) => this.mask(text))
    const meter = options.meter
    this.#byRule =
      meter?.counterFamily('telltale_scanner_secrets_total', 'Secrets seen, reported or not, by rule.', [
        'rule',
      ]) ?? null
    this.#bytes = meter?.counter('telltale_scanner_scanned_bytes_total', 'Bytes of text looked at.') ?? null
    this.#foldedTotal =
      meter?.counter('telltale_scanner_folded_total', 'Sightings folded into an earlier finding.') ?? null
    this.#limitedTotal =
      meter?.counter('telltale_scanner_limited_total', 'Sightings over the rate of their service.') ?? null
  }

  folded = (): number => this.#folded
  limited = (): number => this.#limited;

  *scan(batch: RecordBatch, emit: FindingEmitter): Generator<void, void> {
    if (!this.#enabled) return
    const sieve = batch.linear === null ? null : this.engine.sieveOver(batch.linear)
    for (const _ of this.#spans.read(batch, sieve)) yield* this.#block(batch, sieve, emit)
    this.#bytes?.add(this.#spans.bytes)
  }

  /** Scans the spans gathered so far; what is found is reported on the way. */
  *#block(batch: RecordBatch, sieve: LinearSieve | null, emit: FindingEmitter): Generator<void, void> {
    const { list, row, attr } = this.#spans
    let place: Place = { row: -1, attr: -1, start: 0, end: 0 }
    let last = -1
    const found = new MatchWindow((match, near) => {
      if (!this.#passes(batch, match)) this.#admit(batch, place, match, near, emit)
    })
    yield* this.engine.scanSpans(
      batch.bytes,
      list,
      (span) => (list.marked[span] === 0 ? LOG_CONTEXT : { ...LOG_CONTEXT, name: keyOf(batch, attr[span]!) }),
      (match, span) => {
        if (span !== last) {
          if (last >= 0) found.end()
          last = span
          place = { row: row[span]!, attr: attr[span]!, start: list.start[span]!, end: list.end[span]! }
        }
        found.add(match)
      },
      sieve,
    )
    if (last >= 0) found.end()
  }

  /** Whether an allow list lets it pass; never a planted token, and nothing the line itself says counts here. */
  #passes(batch: RecordBatch, match: Match): boolean {
    if (this.#allow === null || match.honeytoken !== null) return false
    return this.#allow.allows(match.rule.id, match.fingerprint, batch.text(match.start, match.end), '')
  }

  /** Reports a match unless it was reported before. */
  #admit(batch: RecordBatch, place: Place, match: Match, near: readonly Match[], emit: FindingEmitter): void {
    this.#byRule?.with(match.rule.id).add()
    const service = this.#report.serviceOf(batch, place.row)
    const name = this.#report.nameOf(batch, place.attr)
    const key = `${match.fingerprint}\u0000${name}\u0000${service}`
    const nowMs = this.#report.timeOf(batch, place.row)
    const verdict = this.#sightings.of(batch.stream).admit(key, service, nowMs)
    if (verdict === 'folded') {
      this.#folded++
      this.#foldedTotal?.add()
    } else if (verdict === 'limited' && match.honeytoken === null) {
      this.#limited++
      this.#limitedTotal?.add()
    } else emit(this.#report.finding(batch, place, name, match, near))
  }

  mask(text: string): string {
    const bytes = new TextEncoder().encode(text)
    const spans: Match[] = []
    this.#masks.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (m) => spans.push(m))
    if (spans.length === 0) return text
    let out = ''
    let p = 0
    for (const s of spans) {
      out += decoder.decode(bytes.subarray(p, s.start)) + s.masked
      p = s.end
    }
    return out + decoder.decode(bytes.subarray(p))
  }
}

const keyOf = (batch: RecordBatch, attr: number): string =>
  batch.text(batch.attrs[attr * ATTR_STRIDE + KEY_START]!, batch.attrs[attr * ATTR_STRIDE + KEY_END]!)
