import { conditionOf, type Window } from './conditions.ts'
import type { Draw } from './draw.ts'
import type { Attributes, Instance, MetricPoint, SimEvent, Source } from './event.ts'
import type { Service } from './services.ts'

/** Advised boundaries of http.server.request.duration, seconds (semantic conventions 1.37, HTTP metrics). */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const
const MIB = 1024 * 1024

interface Durations {
  readonly attributes: Attributes
  counts: number[]
  sum: number
  min: number
  max: number
}

/** Metrics of every instance, once an interval: memory, CPU, and request durations seen since the last time. */
export class Gauges implements Source {
  nextMs: number
  readonly #draw: Draw
  readonly #everyMs: number
  readonly #endMs: number
  readonly #windows: readonly Window[]
  readonly #all: readonly { instance: Instance; service: Service }[]
  readonly #durations = new Map<Instance, Map<string, Durations>>()
  #at = 0
  #round = 1
  readonly #startMs: number

  constructor(
    draw: Draw,
    services: readonly Service[],
    windows: readonly Window[],
    everyMs: number,
    startMs: number,
    endMs: number,
  ) {
    this.#draw = draw
    this.#everyMs = everyMs
    this.#startMs = startMs
    this.#endMs = endMs
    this.#windows = windows
    this.#all = services.flatMap((service) => service.instances.map((instance) => ({ instance, service })))
    this.nextMs = this.#due()
  }

  /** Takes the duration of a served request into the next collection. */
  observe(event: SimEvent): void {
    if (event.signal !== 'spans' || event.kind !== 'server') return
    let series = this.#durations.get(event.instance)
    if (series === undefined) {
      series = new Map()
      this.#durations.set(event.instance, series)
    }
    const {
      'http.route': route,
      'http.request.method': method,
      'http.response.status_code': status,
    } = event.attributes
    const key = `${method} ${route} ${status}`
    let d = series.get(key)
    if (d === undefined) {
      const attributes = {
        'http.request.method': method!,
        'http.route': route!,
        'http.response.status_code': status!,
        'url.scheme': 'https',
      }
      const counts = new Array<number>(BOUNDS.length + 1).fill(0)
      d = { attributes, counts, sum: 0, min: Number.POSITIVE_INFINITY, max: 0 }
      series.set(key, d)
    }
    const seconds = (event.timeMs - event.startMs) / 1000
    let i = 0
    while (i < BOUNDS.length && seconds > BOUNDS[i]!) i++
    d.counts[i] = d.counts[i]! + 1
    d.sum += seconds
    d.min = Math.min(d.min, seconds)
    d.max = Math.max(d.max, seconds)
  }

  take(): readonly SimEvent[] {
    const timeMs = this.nextMs
    const { instance, service } = this.#all[this.#at]!
    const condition = conditionOf(this.#windows, service.name, timeMs)
    // a sawtooth of garbage collection, about a tenth of the heap
    const memory = service.memoryMiB * MIB * condition.memoryFactor * (1 + 0.1 * this.#draw.unit())
    const cpu = Math.min(1, Math.max(0.01, service.cpu * (1 + 0.08 * this.#draw.normal()) + condition.cpu))
    const points: MetricPoint[] = [
      { type: 'updown', name: 'process.memory.usage', unit: 'By', value: Math.round(memory) },
      { type: 'gauge', name: 'process.cpu.utilization', unit: '1', value: cpu },
    ]
    for (const d of this.#durations.get(instance)?.values() ?? []) {
      points.push({
        type: 'histogram',
        name: 'http.server.request.duration',
        unit: 's',
        bounds: BOUNDS,
        ...d,
      })
    }
    this.#durations.delete(instance)
    if (++this.#at === this.#all.length) {
      this.#at = 0
      this.#round++
    }
    this.nextMs = this.#due()
    if (condition.silent) return []
    return [{ signal: 'metrics', timeMs, startMs: timeMs - this.#everyMs, instance, points }]
  }

  /** Instances report one after the other within the interval, as unsynchronised exporters do. */
  #due(): number {
    const dueMs = this.#startMs + this.#everyMs * (this.#round + this.#at / this.#all.length)
    return dueMs < this.#endMs ? dueMs : Number.POSITIVE_INFINITY
  }
}
