import { createHash } from 'node:crypto'
import {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  KEY,
  KEY_END,
  KEY_START,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  SIGNAL_LOGS,
  TEXT_END,
  TEXT_START,
  TEXT_TYPE,
  TYPE,
  VALUE_BYTES,
  VALUE_END,
  VALUE_MASK,
  VALUE_START,
  VALUE_STRING,
} from '../columns/record-batch.ts'
import type { ScannerStage } from '../columns/stage.ts'
import type { Clock } from '../core/clock.ts'
import type { FindingEmitter, SecretFinding, Severity } from '../core/finding.ts'
import type { Counter, CounterFamily, Meter } from '../telemetry/meter.ts'
import { AllowList, type AllowListData } from './allow-list.ts'
import type { ScannerConfig } from './config.ts'
import { LOG_CONTEXT, type ScanContext, ScanEngine } from './engine.ts'
import { excerptOf, type MaskedSpan } from './excerpt.ts'
import { Sightings } from './fold.ts'
import { honeytokenLookup, readHoneytokenStore } from './honeytokens.ts'
import type { Match } from './match.ts'
import { classifyName, NAME_NONE } from './name-grammar.ts'
import type { CompiledRule } from './rule.ts'

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

/** Shorter strings hold no credential, unless their key says that they are one. */
const MIN_BYTES = 10
const MAX_SERIES_VALUE = 120
const SERIES_KEYS = [
  'service.name',
  'service.namespace',
  'service.instance.id',
  'k8s.pod.name',
  'host.name',
] as const
const ID_LENGTH = 32
const decoder = new TextDecoder()

/** Bytes as well: what nests past the decoder's depth comes as bytes, and a secret may hide in either. */
const isScanned = (type: number): boolean => type === VALUE_STRING || type === VALUE_BYTES

const sha = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH)

const severityOf = (match: Match): Severity =>
  match.honeytoken !== null || match.rule.severity === 'mortal' ? 'critical' : 'warning'

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
  const engine = new ScanEngine({
    config,
    rules: options.rules,
    fingerprintKey: options.fingerprintKey,
    ...(honeytoken === null ? {} : { honeytoken }),
  })
  return new BatchScanner(config, options, engine)
}

class BatchScanner implements StreamScanner {
  readonly engine: ScanEngine
  readonly #enabled: boolean
  readonly #sightings: Sightings
  readonly #clock: Clock
  readonly #byRule: CounterFamily | null
  readonly #bytes: Counter | null
  readonly #foldedTotal: Counter | null
  readonly #limitedTotal: Counter | null
  /** By id of the key table: 0 unknown, 1 harmless, 2 names a secret. */
  readonly #keyKinds = new Uint8Array(4096)
  #folded = 0
  #limited = 0
  readonly #allow: AllowList | null
  #matches: Match[] = []
  readonly #collect = (match: Match): void => {
    this.#matches.push(match)
  }

  constructor(config: ScannerConfig, options: ScannerOptions, engine: ScanEngine) {
    this.engine = engine
    this.#enabled = config.enabled
    const allow = options.allow ?? config.allow
    const empty = allow.regexes.length + allow.rules.length + allow.fingerprints.length === 0
    this.#allow = empty ? null : new AllowList(allow)
    this.#sightings = options.sightings ?? new Sightings()
    this.#sightings.limits = { foldMs: config.foldFor, perMinute: config.findingsPerServiceMinute }
    this.#clock = options.clock
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

  #serviceKeyId = 0
  /** Bytes of the batch at hand; counted once a batch. */
  #scanned = 0

  folded = (): number => this.#folded
  limited = (): number => this.#limited

  scan(batch: RecordBatch, emit: FindingEmitter): void {
    if (!this.#enabled) return
    const { rows, resources, count } = batch
    // Resource attributes are shared by their rows: scanned once, reported at the first row.
    const firstRow = new Int32Array(batch.resourceCount).fill(-1)
    for (let row = count - 1; row >= 0; row--) firstRow[rows[row * ROW_STRIDE + RESOURCE]!] = row
    for (let r = 0; r < batch.resourceCount; r++) {
      const row = firstRow[r]!
      if (row < 0) continue
      const o = r * RESOURCE_STRIDE
      this.#attributes(batch, row, resources[o + RES_ATTR_START]!, resources[o + RES_ATTR_END]!, emit)
    }
    for (let row = 0; row < count; row++) {
      const o = row * ROW_STRIDE
      if (isScanned(rows[o + TEXT_TYPE]!) && rows[o + TEXT_END]! - rows[o + TEXT_START]! >= MIN_BYTES) {
        this.#span(batch, row, rows[o + TEXT_START]!, rows[o + TEXT_END]!, LOG_CONTEXT, -1, emit)
      }
      this.#attributes(batch, row, rows[o + ATTR_START]!, rows[o + ATTR_END]!, emit)
    }
    this.#bytes?.add(this.#scanned)
    this.#scanned = 0
  }

  #attributes(batch: RecordBatch, row: number, from: number, to: number, emit: FindingEmitter): void {
    const attrs = batch.attrs
    for (let a = from; a < to; a++) {
      const o = a * ATTR_STRIDE
      if (!isScanned(attrs[o + TYPE]! & VALUE_MASK)) continue
      const start = attrs[o + VALUE_START]!
      const end = attrs[o + VALUE_END]!
      if (this.#namesSecret(batch, o)) {
        const name = batch.text(attrs[o + KEY_START]!, attrs[o + KEY_END]!)
        if (end - start >= 4) this.#span(batch, row, start, end, { ...LOG_CONTEXT, name }, a, emit)
      } else if (end - start >= MIN_BYTES) this.#span(batch, row, start, end, LOG_CONTEXT, a, emit)
    }
  }

  #namesSecret(batch: RecordBatch, o: number): boolean {
    const key = batch.attrs[o + KEY]!
    const known = key === 0 ? 0 : this.#keyKinds[key]!
    if (known !== 0) return known === 2
    const named =
      classifyName(batch.text(batch.attrs[o + KEY_START]!, batch.attrs[o + KEY_END]!).slice(-128)) !==
      NAME_NONE
    if (key !== 0) this.#keyKinds[key] = named ? 2 : 1
    return named
  }

  #span(
    batch: RecordBatch,
    row: number,
    start: number,
    end: number,
    context: ScanContext,
    attr: number,
    emit: FindingEmitter,
  ): void {
    this.#scanned += end - start
    this.engine.scanSpan(batch.bytes, start, end, context, this.#collect)
    if (this.#matches.length === 0) return
    const matches = this.#matches
    this.#matches = []
    for (const match of matches)
      if (!this.#passes(batch, match)) this.#report(batch, row, start, end, attr, match, matches, emit)
  }

  /** Whether an allow list lets it pass; never a planted token, and nothing the line itself says counts here. */
  #passes(batch: RecordBatch, match: Match): boolean {
    if (this.#allow === null || match.honeytoken !== null) return false
    return this.#allow.allows(match.rule.id, match.fingerprint, batch.text(match.start, match.end), '')
  }

  #report(
    batch: RecordBatch,
    row: number,
    start: number,
    end: number,
    attr: number,
    match: Match,
    all: readonly MaskedSpan[],
    emit: FindingEmitter,
  ): void {
    this.#byRule?.with(match.rule.id).add()
    const nowMs = batch.timeMs[row]! > 0 ? batch.timeMs[row]! : batch.receivedMs
    const service = this.#service(batch, row)
    const place = attr < 0 ? this.#textPlace(batch) : this.#attrPlace(batch, attr)
    const key = `${match.fingerprint}\u0000${place}\u0000${service}`
    const verdict = this.#sightings.of(batch.stream).admit(key, service, nowMs)
    if (verdict === 'folded') {
      this.#folded++
      this.#foldedTotal?.add()
      return
    }
    if (verdict === 'limited' && match.honeytoken === null) {
      this.#limited++
      this.#limitedTotal?.add()
      return
    }
    const series = this.#series(batch, row)
    const shown = series['service.name'] ?? ''
    const kind = match.honeytoken === null ? 'secret' : 'honeytoken'
    const source = batch.position(row)
    const arrivedMs = batch.arrivedMs?.[row] ?? batch.receivedMs
    const finding: SecretFinding = {
      id: sha(
        `${source.stream}\u0000${source.offset}\u0000${source.row}\u0000${place}\u0000${match.start - start}\u0000${match.rule.id}`,
      ),
      kind,
      state: 'open',
      startMs: nowMs,
      detectedMs: Math.max(nowMs, arrivedMs > 0 ? arrivedMs : this.#clock.nowMs()),
      endMs: null,
      severity: severityOf(match),
      score: match.confidence,
      summary:
        kind === 'secret'
          ? `${match.rule.description} in ${place}${shown === '' ? '' : ` of ${shown}`}`
          : `Planted token ${match.honeytoken} seen in ${place}${shown === '' ? '' : ` of ${shown}`}`,
      fingerprint: sha(`${match.fingerprint}\u0000${shown}\u0000${place}`),
      source,
      traceId: batch.traceId(row),
      spanId: batch.spanId(row),
      rule: match.rule.id,
      series,
      place,
      start: match.start - start,
      end: match.end - start,
      masked: match.masked,
      excerpt: excerptOf(batch.bytes, start, end, all, match),
      stages: match.stages,
    }
    emit(finding)
  }

  #textPlace(batch: RecordBatch): string {
    return batch.signal === SIGNAL_LOGS ? 'body' : 'name'
  }

  #attrPlace(batch: RecordBatch, attr: number): string {
    const o = attr * ATTR_STRIDE
    const key = batch.text(
      batch.attrs[o + KEY_START]!,
      Math.min(batch.attrs[o + KEY_END]!, batch.attrs[o + KEY_START]! + MAX_SERIES_VALUE),
    )
    return key === '' ? 'array element' : this.mask(key)
  }

  /** Who logged it, as it stands there: to tell services apart, not to be shown. */
  #service(batch: RecordBatch, row: number): string {
    if (batch.resourceCount === 0) return ''
    const o = batch.rows[row * ROW_STRIDE + RESOURCE]! * RESOURCE_STRIDE
    const from = batch.resources[o + RES_ATTR_START]!
    const a = batch.findAttr(from, batch.resources[o + RES_ATTR_END]!, this.#serviceKey(batch))
    if (a < 0 || batch.attrs[a * ATTR_STRIDE + TYPE] !== VALUE_STRING) return ''
    const start = batch.attrs[a * ATTR_STRIDE + VALUE_START]!
    return batch.text(start, Math.min(batch.attrs[a * ATTR_STRIDE + VALUE_END]!, start + MAX_SERIES_VALUE))
  }

  #serviceKey(batch: RecordBatch): number {
    this.#serviceKeyId ||= batch.keys.reserve('service.name', 0)
    return this.#serviceKeyId
  }

  /** The resource attributes that tell who logged it; masked, because anything may stand in them. */
  #series(batch: RecordBatch, row: number): Record<string, string> {
    const series: Record<string, string> = {}
    if (batch.resourceCount === 0) return series
    const o = batch.rows[row * ROW_STRIDE + RESOURCE]! * RESOURCE_STRIDE
    const to = batch.resources[o + RES_ATTR_END]!
    for (let a = batch.resources[o + RES_ATTR_START]!; a < to; a++) {
      const p = a * ATTR_STRIDE
      if (batch.attrs[p + TYPE] !== VALUE_STRING) continue
      const key = batch.text(batch.attrs[p + KEY_START]!, batch.attrs[p + KEY_END]!)
      if (!SERIES_KEYS.some((k) => k === key)) continue
      const from = batch.attrs[p + VALUE_START]!
      series[key] = this.mask(
        batch.text(from, Math.min(batch.attrs[p + VALUE_END]!, from + MAX_SERIES_VALUE)),
      )
    }
    return series
  }

  mask(text: string): string {
    if (text.length < MIN_BYTES) return text
    const bytes = new TextEncoder().encode(text)
    const spans: Match[] = []
    this.engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (m) => spans.push(m))
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
