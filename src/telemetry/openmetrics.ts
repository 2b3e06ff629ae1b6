import type { Exemplar, Sample } from './samples.ts'

/** A metric as prom-client's `get()` gives it. */
export interface ReadMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly values: readonly Sample[]
}

export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/** Whether a scraper that sends this Accept header takes OpenMetrics before the older text format. */
export function prefersOpenMetrics(accept: string): boolean {
  const quality = (wanted: RegExp): number => {
    const ranges = accept.split(',').filter((range) => wanted.test(range.trim()))
    return Math.max(0, ...ranges.map((range) => Number(/;\s*q=([0-9.]+)/.exec(range)?.[1] ?? 1)))
  }
  const open = quality(/^application\/openmetrics-text\b/i)
  return open > 0 && open >= quality(/^text\/plain\b/i)
}

/**
 * OpenMetrics 1.0 text (https://github.com/prometheus/OpenMetrics, specification, "Text format"): a counter's family
 * has no `_total`, its samples have; exemplars follow `#`; the end is marked.
 */
export function openMetrics(metrics: readonly ReadMetric[]): string {
  const lines: string[] = []
  for (const { name, help, type, values } of metrics) {
    const family = type === 'counter' ? name.replace(/_total$/, '') : name
    lines.push(`# TYPE ${family} ${type}`, `# HELP ${family} ${escaped(help)}`)
    for (const { labels, value, metricName, exemplar } of values) {
      const sample = metricName ?? (type === 'counter' ? `${family}_total` : name)
      lines.push(`${sample}${braced(labels)} ${number(value)}${exemplar == null ? '' : marked(exemplar)}`)
    }
  }
  return `${lines.join('\n')}\n# EOF\n`
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')

function braced(labels: Readonly<Record<string, string | number>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([name, value]) => `${name}="${escaped(String(value))}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function marked({ labels, value, timestampMs }: Exemplar): string {
  return ` # ${braced(labels) || '{}'} ${number(value)} ${timestampMs / 1000}`
}

const number = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
