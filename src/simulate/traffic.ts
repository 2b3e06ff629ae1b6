import { credentialStuffing } from './attacks/credential-stuffing.ts'
import { portScan } from './attacks/port-scan.ts'
import { sqlInjection } from './attacks/sql-injection.ts'
import { USUAL_SERVICE, type Window } from './conditions.ts'
import { Draw } from './draw.ts'
import type { SimEvent, Source } from './event.ts'
import { Gauges } from './gauges.ts'
import { type Leak, Leaks, type PlannedLeak } from './leaks.ts'
import { MergedSources } from './merge.ts'
import { NormalTraffic } from './normal.ts'
import type { Scenario } from './scenario.ts'
import { buildServices, type Service } from './services.ts'

/**
 * The scenario acted out: all sources merged into one stream in time order, and the ground truth with it.
 * The same scenario, seed and start give the same events.
 */
export class SimTraffic {
  readonly windows: readonly Window[]
  /** Grows as the events go by. */
  readonly leaks: Leak[] = []
  readonly startMs: number
  readonly endMs: number
  readonly #merged: MergedSources
  readonly #gauges: Gauges

  constructor(scenario: Scenario, seed: number, startMs: number) {
    this.startMs = startMs
    this.endMs = startMs + scenario.durationMs
    const services = buildServices(Draw.of(seed, 'services'), scenario.services)
    this.windows = windowsOf(scenario, startMs, services)
    const sources: Source[] = []
    const shares = services.reduce((sum, s) => sum + s.share, 0)
    const perSecondOf = (service: Service): number => (scenario.perSecond * service.share) / shares
    for (const service of services) {
      const traffic = {
        perSecond: perSecondOf(service),
        overdispersion: scenario.overdispersion,
        diurnal: scenario.diurnal,
      }
      const draw = Draw.of(seed, `normal ${service.name}`)
      sources.push(new NormalTraffic(draw, service, this.windows, traffic, startMs, this.endMs))
    }
    this.windows.forEach((window, i) => {
      const service = services.find((s) => s.name === window.service)!
      const source = attackOf(Draw.of(seed, `attack ${i}`), window, service, perSecondOf(service))
      if (source !== null) sources.push(source)
    })
    const plan = planLeaks(Draw.of(seed, 'leak times'), scenario, startMs)
    sources.push(new Leaks(Draw.of(seed, 'leaks'), services, plan, (leak) => this.leaks.push(leak)))
    const gaugeDraw = Draw.of(seed, 'gauges')
    this.#gauges = new Gauges(gaugeDraw, services, this.windows, scenario.metricsEveryMs, startMs, this.endMs)
    sources.push(this.#gauges)
    this.#merged = new MergedSources(sources)
  }

  /** Time of the next event, ms since epoch; Infinity when the scenario is over. */
  get nextMs(): number {
    return this.#merged.nextMs
  }

  /** The events of the next moment: a request's log record and spans, or one collection of metrics. */
  take(): readonly SimEvent[] {
    const events = this.#merged.take()
    for (const event of events) this.#gauges.observe(event)
    return events
  }
}

function windowsOf(scenario: Scenario, startMs: number, services: readonly Service[]): readonly Window[] {
  return scenario.happenings.map((h) => {
    const wanted = h.service ?? USUAL_SERVICE[h.kind]
    const service = services.some((s) => s.name === wanted) ? wanted : services[0]!.name
    const from = startMs + h.at * scenario.durationMs
    return {
      kind: h.kind,
      service,
      startMs: from,
      endMs: Math.min(from + h.for * scenario.durationMs, startMs + scenario.durationMs),
      strength: h.strength ?? 1,
    }
  })
}

function attackOf(draw: Draw, window: Window, service: Service, perSecond: number): Source | null {
  switch (window.kind) {
    case 'credential-stuffing':
      return credentialStuffing(draw, window, service, perSecond)
    case 'sql-injection':
      return sqlInjection(draw, window, service, perSecond)
    case 'port-scan':
      return portScan(draw, window, service, perSecond)
    case 'traffic-spike': {
      const traffic = { perSecond: perSecond * 3 * window.strength, overdispersion: 0, diurnal: 0 }
      return new NormalTraffic(draw, service, [], traffic, window.startMs, window.endMs)
    }
    default:
      return null
  }
}

function planLeaks(draw: Draw, scenario: Scenario, startMs: number): readonly PlannedLeak[] {
  const plan: PlannedLeak[] = scenario.leaks.map((leak) => ({
    timeMs: startMs + leak.at * scenario.durationMs,
    service: leak.service ?? null,
    kind: leak.kind ?? null,
  }))
  if (scenario.leaksPerMinute > 0) {
    const perMs = scenario.leaksPerMinute / 60_000
    for (let at = draw.exponential(perMs); at < scenario.durationMs; at += draw.exponential(perMs)) {
      plan.push({ timeMs: startMs + at, service: null, kind: null })
    }
  }
  return plan.sort((a, b) => a.timeMs - b.timeMs)
}
