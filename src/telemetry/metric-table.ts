import type { MetricDoc } from './meter.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The reference page of our own metrics, from their definitions. */
export function metricTable(docs: readonly MetricDoc[]): string {
  const rows = [...docs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, labels, help }) => {
      const named = labels.map((label) => `\`${label}\``).join(', ')
      return `| \`${name}\` | ${type} | ${named} | ${cell(help)} |`
    })
  return `# Metrics

What \`GET /metrics\` on the admin address says about the daemon itself. Made by \`npm run docs:metrics\` from the definitions; do not edit.

Times are seconds, sizes bytes. A counter's rate is what tells. A histogram \`x\` is \`x_bucket{le}\`, \`x_sum\` and \`x_count\`. Kafka metrics are there where Kafka is configured. Of \`process_*\` and \`nodejs_*\` see prom-client.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
