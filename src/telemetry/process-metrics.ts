import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collectDefaultMetrics } from 'prom-client'
import type { Meter } from './meter.ts'

/** Process, event loop and build metrics. @returns releases the event-loop sampler */
export function addProcessMetrics(meter: Meter, version: string): () => void {
  collectDefaultMetrics({ register: meter.registry, eventLoopMonitoringPrecision: 20 })
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  meter.gauge('telltale_event_loop_lag_seconds', 'Longest event loop delay since the last scrape.', () => {
    const worst = delay.max / 1e9
    delay.reset()
    return worst > 0 && Number.isFinite(worst) ? worst : 0
  })
  meter.gaugeFamily('telltale_build_info', 'Version of telltale and of Node.', ['version', 'node'], () => [
    { labels: { version, node: process.version }, value: 1 },
  ])
  return () => delay.disable()
}
