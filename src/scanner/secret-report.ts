import { createHash } from 'node:crypto'
import {
  ATTR_STRIDE,
  KEY_END,
  KEY_START,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  SIGNAL_LOGS,
  TYPE,
  VALUE_END,
  VALUE_START,
  VALUE_STRING,
} from '../columns/record-batch.ts'
import type { Clock } from '../core/clock.ts'
import type { SecretFinding, Severity } from '../core/finding.ts'
import { excerptOf, type MaskedSpan } from './excerpt.ts'
import type { Match } from './match.ts'
import { type Place, TEXT } from './place.ts'

const MAX_SERIES_VALUE = 120
const SERIES_KEYS = [
  'service.name',
  'service.namespace',
  'service.instance.id',
  'k8s.pod.name',
  'host.name',
] as const
const ID_LENGTH = 32
const MAX_KNOWN = 1024

const sha = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH)

const severityOf = (match: Match): Severity =>
  match.honeytoken !== null || match.rule.severity === 'mortal' ? 'critical' : 'warning'

/** Makes findings of matches: who logged it, where, and what may be shown of it. */
export class SecretReport {
  readonly #clock: Clock
  readonly #mask: (text: string) => string
  /** Masked names of services and of places seen lately. */
  readonly #services = new Map<string, string>()
  readonly #names = new Map<string, string>()
  #serviceKeyId = 0

  /** @param mask hides every secret of a text that is about to be shown */
  constructor(clock: Clock, mask: (text: string) => string) {
    this.#clock = clock
    this.#mask = mask
  }

  /** Event time of a row, ms since epoch. */
  timeOf(batch: RecordBatch, row: number): number {
    return batch.timeMs[row]! > 0 ? batch.timeMs[row]! : batch.receivedMs
  }

  /** The name of the place, masked. */
  nameOf(batch: RecordBatch, attr: number): string {
    if (attr === TEXT) return batch.signal === SIGNAL_LOGS ? 'body' : 'name'
    const o = attr * ATTR_STRIDE
    const start = batch.attrs[o + KEY_START]!
    const key = batch.text(start, Math.min(batch.attrs[o + KEY_END]!, start + MAX_SERIES_VALUE))
    return key === '' ? 'array element' : this.#maskedOf(this.#names, key)
  }

  /** Who logged it, one character a byte, masked: snapshots keep it to tell services apart. */
  serviceOf(batch: RecordBatch, row: number): string {
    if (batch.resourceCount === 0) return ''
    const o = batch.rows[row * ROW_STRIDE + RESOURCE]! * RESOURCE_STRIDE
    const from = batch.resources[o + RES_ATTR_START]!
    this.#serviceKeyId ||= batch.keys.reserve('service.name', 0)
    const a = batch.findAttr(from, batch.resources[o + RES_ATTR_END]!, this.#serviceKeyId)
    if (a < 0 || batch.attrs[a * ATTR_STRIDE + TYPE] !== VALUE_STRING) return ''
    const start = batch.attrs[a * ATTR_STRIDE + VALUE_START]!
    const length = Math.min(batch.attrs[a * ATTR_STRIDE + VALUE_END]! - start, MAX_SERIES_VALUE)
    const name = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset + start, length).toString('latin1')
    return this.#maskedOf(this.#services, name)
  }

  /** Masked once: to mask is to scan, and the same few names come again and again. */
  #maskedOf(known: Map<string, string>, text: string): string {
    let masked = known.get(text)
    if (masked === undefined) {
      masked = this.#mask(text)
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(text, masked)
    }
    return masked
  }

  /**
   * @param place its name, as {@link nameOf} gives it
   * @param near every match that the excerpt could show, masked there
   */
  finding(
    batch: RecordBatch,
    { row, start, end }: Place,
    place: string,
    match: Match,
    near: readonly MaskedSpan[],
  ): SecretFinding {
    const nowMs = this.timeOf(batch, row)
    const series = this.#series(batch, row)
    const shown = series['service.name'] ?? ''
    const of = shown === '' ? '' : ` of ${shown}`
    const source = batch.position(row)
    const arrivedMs = batch.arrivedMs?.[row] ?? batch.receivedMs
    return {
      id: sha(
        `${source.stream}\u0000${source.offset}\u0000${source.row}\u0000${place}\u0000${match.start - start}\u0000${match.rule.id}`,
      ),
      kind: match.honeytoken === null ? 'secret' : 'honeytoken',
      state: 'open',
      startMs: nowMs,
      detectedMs: Math.max(nowMs, arrivedMs > 0 ? arrivedMs : this.#clock.nowMs()),
      endMs: null,
      severity: severityOf(match),
      score: match.confidence,
      summary:
        match.honeytoken === null
          ? `${match.rule.description} in ${place}${of}`
          : `Planted token ${match.honeytoken} seen in ${place}${of}`,
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
      excerpt: excerptOf(batch.bytes, start, end, near, match),
      stages: match.stages,
    }
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
      series[key] = this.#mask(
        batch.text(from, Math.min(batch.attrs[p + VALUE_END]!, from + MAX_SERIES_VALUE)),
      )
    }
    return series
  }
}
