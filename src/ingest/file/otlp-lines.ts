import {
  ATTR_STRIDE,
  RES_ATTR_END,
  RES_ATTR_START,
  RESOURCE,
  RESOURCE_STRIDE,
  type RecordBatch,
  ROW_STRIDE,
  SIGNAL_LOGS,
  SIGNAL_METRICS,
  SIGNAL_SPANS,
  type Signal,
  VALUE_END,
  VALUE_START,
} from '../../columns/record-batch.ts'
import type { Decode } from '../../columns/stage.ts'
import { emptyOrigin } from './row-reader.ts'
import { SERVICE_KEY } from './row-writer.ts'

const LIST_KEY = /"resource_?(logs|spans|metrics)"/i
const SIGNALS: Readonly<Record<string, Signal>> = {
  logs: SIGNAL_LOGS,
  spans: SIGNAL_SPANS,
  metrics: SIGNAL_METRICS,
}
const decoder = new TextDecoder()

/** Export requests in JSON, one a line, as the Collector's file exporter writes them. */
export class OtlpLines {
  readonly #decode: Decode

  constructor(decode: Decode) {
    this.#decode = decode
  }

  /** Decodes the line into the batch, which it empties. @returns false when it is no OTLP request */
  read(batch: RecordBatch, bytes: Uint8Array, start: number, end: number): boolean {
    // the list's key comes first in what exporters write; a whole line is searched only when it does not
    const head = LIST_KEY.exec(decoder.decode(bytes.subarray(start, Math.min(end, start + 256))))
    const key = head ?? LIST_KEY.exec(decoder.decode(bytes.subarray(start, end)))
    if (key === null) return false
    batch.reset(SIGNALS[key[1]!.toLowerCase()]!)
    batch.append(bytes.subarray(start, end))
    return this.#decode(batch, 'otlp_json').kind === 'done'
  }

  lines(
    batch: RecordBatch,
  ): { row: number; time: string; series: string; value: string; label: number; window: string }[] {
    const service = batch.keys.reserve(SERVICE_KEY, 0)
    return Array.from({ length: batch.count }, (_, row) => {
      const resource = batch.rows[row * ROW_STRIDE + RESOURCE]! * RESOURCE_STRIDE
      const from = batch.resources[resource + RES_ATTR_START]!
      const a = batch.findAttr(from, batch.resources[resource + RES_ATTR_END]!, service)
      const o = a * ATTR_STRIDE
      const series = a < 0 ? '' : batch.text(batch.attrs[o + VALUE_START]!, batch.attrs[o + VALUE_END]!)
      const time = new Date(batch.timeMs[row]!)
      const value = batch.value[row]!
      return {
        ...emptyOrigin(),
        row,
        time: Number.isNaN(time.getTime()) ? '' : time.toISOString(),
        series,
        value: Number.isNaN(value) ? '' : String(value),
      }
    })
  }
}
