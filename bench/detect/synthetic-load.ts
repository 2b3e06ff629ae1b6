import { KeyTable } from '../../src/columns/key-table.ts'
import { ATTR_STRIDE, HASH_A, HASH_B, RecordBatch, SIGNAL_LOGS } from '../../src/columns/record-batch.ts'
import { seededRandom } from '../../src/core/clock.ts'
import { detectorsConfig } from '../../src/detectors/config.ts'
import { createDetectors, type Detectors } from '../../src/detectors/engine.ts'
import { appendRow } from '../../test/support/row-builder.ts'
import { normal } from '../../test/support/traffic.ts'

const ROWS = 1000
const SUBJECTS = 512
/** Rows by which a series moves from turn to turn; has no divisor in common with ROWS. */
const SHIFT = 7

export interface Load {
  readonly series: number
  /** Every row with a value, a subject and a status, so that all detectors run; else only the rate and errors. */
  readonly full: boolean
  /** Rows of each series, on average, in a second of event time. */
  readonly perSecond: number
}

/** Rows of many services at random, decoded once and changed in place, so that next to nothing but the detectors runs. */
export class SyntheticLoad {
  readonly detectors: Detectors
  readonly #load: Load
  readonly #batch: RecordBatch
  readonly #attrs: number
  #time = Date.UTC(2026, 0, 5)
  #x = 7

  constructor(load: Load) {
    this.#load = load
    const keys = new KeyTable(1)
    const config = detectorsConfig.parse({ maxSeries: Math.max(load.series, 1000) })
    this.detectors = createDetectors(config, { keys, clock: null })
    this.#batch = new RecordBatch(keys)
    this.#batch.reset(SIGNAL_LOGS)
    const random = seededRandom(5)
    for (let i = 0; i < ROWS; i++) {
      const attrs: Record<string, string | number> = { 'service.name': 'service' }
      if (load.full) {
        attrs['client.address'] = `10.0.0.${i}`
        attrs['duration_ms'] = Math.exp(4 + 0.5 * normal(random))
        attrs['http.response.status_code'] = random() < 0.01 ? 500 : 200
      }
      appendRow(this.#batch, { timeMs: 0, attrs })
    }
    this.#attrs = this.#batch.attrCount / ROWS
  }

  /** At least `rows` rows, each series in turn; each gets another of the rows every time, so that none is odd at random. */
  inTurn(rows: number): void {
    const { series } = this.#load
    for (let done = 0; done < rows; done += ROWS) {
      const turn = Math.floor(done / series)
      this.#send((i) => (done + i + SHIFT * turn) % series)
    }
  }

  /** At least `rows` rows of series at random. */
  atRandom(rows: number): void {
    const { series } = this.#load
    for (let done = 0; done < rows; done += ROWS)
      this.#send(() => Math.floor(((this.#x >>> 0) / 4_294_967_296) * series))
  }

  #send(seriesOf: (i: number) => number): void {
    const { attrs, number, timeMs } = this.#batch
    const stepMs = 1000 / (this.#load.perSecond * this.#load.series)
    for (let i = 0; i < ROWS; i++) {
      this.#x = (Math.imul(this.#x, 1_664_525) + 1_013_904_223) | 0
      const s = seriesOf(i)
      this.#time += stepMs
      timeMs[i] = this.#time
      const first = i * this.#attrs
      const o = first * ATTR_STRIDE
      attrs[o + HASH_A] = Math.imul(s + 1, 0x9e3779b1) ^ (s << 9)
      attrs[o + HASH_B] = Math.imul(s + 77, 0x85ebca6b)
      if (!this.#load.full) continue
      const subject = (this.#x >>> 5) & (SUBJECTS - 1)
      attrs[o + ATTR_STRIDE + HASH_A] = Math.imul(subject, 0xc2b2ae35)
      attrs[o + ATTR_STRIDE + HASH_B] = Math.imul(subject, 0x27d4eb2f) ^ 0x5555
      number[first + 2] = number[first + 2]! * (this.#x & 256 ? 1.01 : 0.99)
    }
    this.detectors.observe(this.#batch, () => {})
  }
}
