import { parentPort } from 'node:worker_threads'
import { seededRandom } from '../../src/core/clock.ts'
import { DirectSeries } from './direct.ts'
import { arrivals, DAY_MS, type Kind, normal } from './generate.ts'

/** One series of ordinary traffic. */
export interface BudgetTask {
  readonly kind: Kind
  /** False to feed the rate alone, without values, errors and subjects. */
  readonly full: boolean
  readonly seed: number
  readonly perS: number
  readonly days: number
}

export interface BudgetAlarms {
  readonly task: BudgetTask
  readonly events: number
  readonly alarms: number
  readonly firstDay: number
  /** Detector that opened it, + or - for more or less than expected. */
  readonly leads: readonly string[]
}

const START = Date.UTC(2026, 0, 5)

function run(task: BudgetTask): BudgetAlarms {
  const { kind, full, seed, perS, days } = task
  const one = new DirectSeries(START)
  const random = seededRandom(1000 + seed)
  let events = 0
  let last = 0
  let drift = 0
  arrivals(kind, 77 + seed, perS, START, START + days * DAY_MS, (t) => {
    events++
    last = Math.max(t, last)
    if (!full) {
      one.feed(last)
      return
    }
    drift += -drift / 2000 + 0.1 * Math.sqrt(2 / 2000) * normal(random)
    const value = Math.round(Math.exp(4 + drift + 0.5 * normal(random)) * 100) / 100
    const subject = Math.floor(400 * random() ** 2)
    const a = Math.imul(subject + 1, 0x9e3779b1) ^ (subject << 7)
    one.feed(
      last,
      value,
      random() < 0.012 ? 1 : 0,
      Math.imul(a ^ (a >>> 15), 0x85ebca6b),
      Math.imul(a, 0xc2b2ae35) ^ 0x55555,
    )
  })
  const opened = one.findings.filter((finding) => finding.state === 'open')
  return {
    task,
    events,
    alarms: opened.length,
    firstDay: opened.filter((finding) => finding.detectedMs <= START + DAY_MS).length,
    leads: opened.map(({ detectors }) => {
      const { name, observed, expected } = detectors[0]!
      return `${name}${observed < expected ? '-' : '+'}`
    }),
  }
}

parentPort!.on('message', (task: BudgetTask) => parentPort!.postMessage(run(task)))
