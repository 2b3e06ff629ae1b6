import { Registry } from 'prom-client'
import { openMetrics, type ReadMetric } from './openmetrics.ts'
import type { Exemplar, Sample } from './samples.ts'

/**
 * Our own metrics. Hot counters are words of a Float64Array and cost one addition; prom-client reads them only when
 * somebody scrapes. Names follow `telltale_<part>_<thing>_<unit>[_total]`.
 *
 *   counter.add(n) -> values[slot] += n          scrape -> get() copies values into prom-client's shape
 */

/** What prom-client asks of a metric. */
interface PromMetric {
  name: string
  help: string
  type: string
  aggregator: string
  get(): Promise<ReadMetric & { aggregator: string }>
  reset(): void
}

/** Series of one family are capped; what comes later is counted under the label value `other`. */
const MAX_SERIES = 256

export class Counter {
  readonly #values: Float64Array
  readonly #slot: number
  /** Evidence of the newest addition that had some; OpenMetrics shows it. */
  exemplar: Exemplar | null = null
  constructor(values: Float64Array, slot: number) {
    this.#values = values
    this.#slot = slot
  }
  add(n = 1): void {
    this.#values[this.#slot] = this.#values[this.#slot]! + n
  }
  get value(): number {
    return this.#values[this.#slot]!
  }
}

export class CounterFamily {
  readonly labels: readonly string[]
  readonly #values = new Float64Array(MAX_SERIES)
  readonly #series = new Map<string, { counter: Counter; labels: Record<string, string> }>()
  constructor(labels: readonly string[]) {
    this.labels = labels
  }
  /** The counter of these label values; take it once, outside hot loops. */
  with(...values: readonly string[]): Counter {
    const key = values.join('\u0000')
    const known = this.#series.get(key)
    if (known !== undefined) return known.counter
    if (this.#series.size >= MAX_SERIES - 1) {
      const other = values.map(() => 'other')
      if (key !== other.join('\u0000')) return this.with(...other)
    }
    const counter = new Counter(this.#values, this.#series.size)
    this.#series.set(key, {
      counter,
      labels: Object.fromEntries(this.labels.map((l, i) => [l, values[i] ?? ''])),
    })
    return counter
  }
  samples(): Sample[] {
    return [...this.#series.values()].map(({ counter, labels }) => ({
      labels,
      value: counter.value,
      exemplar: counter.exemplar,
    }))
  }
}

export class Histogram {
  readonly bounds: Float64Array
  readonly counts: Float64Array
  sum = 0
  constructor(bounds: readonly number[]) {
    this.bounds = Float64Array.from(bounds)
    this.counts = new Float64Array(bounds.length + 1)
  }
  observe(value: number): void {
    const bounds = this.bounds
    let i = 0
    while (i < bounds.length && value > bounds[i]!) i++
    this.counts[i] = this.counts[i]! + 1
    this.sum += value
  }
}

/** Definition of a metric, collected for the reference page. */
export interface MetricDoc {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
}

/** Seconds; from 50 µs to 10 s. */
export const LATENCY_BUCKETS = [0.00005, 0.0002, 0.001, 0.005, 0.02, 0.1, 0.5, 2, 10] as const

export class Meter {
  readonly registry = new Registry()
  readonly docs: MetricDoc[] = []
  readonly #storage = new Map<string, Float64Array | CounterFamily | Histogram>()

  counter(name: string, help: string): Counter {
    const values = this.#kept(name, () => new Float64Array(1))
    this.#register(name, help, 'counter', [], () => [{ labels: {}, value: values[0]! }])
    return new Counter(values, 0)
  }

  counterFamily(name: string, help: string, labels: readonly string[]): CounterFamily {
    const family = this.#kept(name, () => new CounterFamily(labels))
    this.#register(name, help, 'counter', labels, () => family.samples())
    return family
  }

  /** A counter that somebody else keeps; read when scraped. */
  counterFrom(name: string, help: string, read: () => number): void {
    this.#register(name, help, 'counter', [], () => [{ labels: {}, value: read() }])
  }

  /** Counters with labels that somebody else keeps; `read` bounds its own cardinality. */
  counterFamilyFrom(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => { labels: Record<string, string>; value: number }[],
  ): void {
    this.#register(name, help, 'counter', labels, read)
  }

  /** A gauge is read when scraped. */
  gauge(name: string, help: string, read: () => number): void {
    this.#register(name, help, 'gauge', [], () => [{ labels: {}, value: read() }])
  }

  /** A gauge with labels, read when scraped; `read` bounds its own cardinality. */
  gaugeFamily(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => { labels: Record<string, string>; value: number }[],
  ): void {
    this.#register(name, help, 'gauge', labels, read)
  }

  histogram(name: string, help: string, bounds: readonly number[] = LATENCY_BUCKETS): Histogram {
    const histogram = this.#kept(name, () => new Histogram(bounds))
    this.#register(name, help, 'histogram', [], () => {
      const samples: Sample[] = []
      let total = 0
      for (let i = 0; i < histogram.counts.length; i++) {
        total += histogram.counts[i]!
        const le = i < bounds.length ? String(bounds[i]) : '+Inf'
        samples.push({ labels: { le }, value: total, metricName: `${name}_bucket` })
      }
      samples.push({ labels: {}, value: histogram.sum, metricName: `${name}_sum` })
      samples.push({ labels: {}, value: total, metricName: `${name}_count` })
      return samples
    })
    return histogram
  }

  /** Prometheus text format 0.0.4. */
  expose(): Promise<string> {
    return this.registry.metrics()
  }

  /** OpenMetrics 1.0, with exemplars. */
  async exposeOpenMetrics(): Promise<string> {
    const metrics = this.registry.getMetricsAsArray() as unknown as PromMetric[]
    return openMetrics(await Promise.all(metrics.map((metric) => metric.get())))
  }

  /** What a name counts in: a part that is made again (a reload) goes on counting where the one before stopped. */
  #kept<T extends Float64Array | CounterFamily | Histogram>(name: string, make: () => T): T {
    const known = this.#storage.get(name)
    if (known !== undefined) return known as T
    const made = make()
    this.#storage.set(name, made)
    return made
  }

  #register(
    name: string,
    help: string,
    type: MetricDoc['type'],
    labels: readonly string[],
    read: () => Sample[],
  ): void {
    if (this.registry.getSingleMetric(name) === undefined) this.docs.push({ name, type, help, labels })
    else this.registry.removeSingleMetric(name)
    const metric: PromMetric = {
      name,
      help,
      type,
      aggregator: 'sum',
      get: async () => ({ name, help, type, aggregator: 'sum', values: read() }),
      reset: () => {},
    }
    // prom-client types registerMetric by its own classes but only calls get(); see lib/registry.js
    this.registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0])
  }
}
