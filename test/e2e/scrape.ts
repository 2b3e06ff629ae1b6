import type { Finding } from '../../src/core/finding.ts'
import type { Daemon } from '../support/daemon.ts'

/** Sum of a metric's samples on /metrics whose labels hold `labels`; 0 when there are none. */
export async function metric(
  daemon: Daemon,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  let sum = 0
  for (const line of (await daemon.get('/metrics')).split('\n')) {
    const [, found, shown = '', value] = /^([a-zA-Z0-9_:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (found !== name) continue
    if (Object.entries(labels).every(([key, text]) => shown.includes(`${key}="${text}"`)))
      sum += Number(value)
  }
  return sum
}

/** Newest first. */
export async function findings(daemon: Daemon, query = ''): Promise<Finding[]> {
  return JSON.parse(await daemon.get(`/api/v1/findings${query}`)).findings
}

/** The findings a JSON-lines sink wrote. */
export function sinkFindings(daemon: Daemon, file = 'findings.jsonl'): Finding[] {
  return daemon
    .read(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Everything the daemon shows to anybody: log, metrics, API and sink. */
export async function allOutput(daemon: Daemon): Promise<string> {
  const pages = await Promise.all(
    [
      '/metrics',
      '/api/v1/findings?limit=10000',
      '/api/v1/profiles',
      '/api/v1/series?limit=1000',
      '/readyz',
    ].map((path) => daemon.get(path)),
  )
  return [daemon.output, daemon.read('findings.jsonl'), ...pages].join('\n')
}
