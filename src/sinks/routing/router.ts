import type { Finding } from '../../core/finding.ts'
import type { RouteConfig } from '../config.ts'
import type { LogRecord, Target } from '../spool/log-record.ts'
import { compileMatch, labelOf, type Matcher, severityRank } from './match.ts'
import { RouterMemory } from './memory.ts'
import type { OpenFindings, Told } from './open-findings.ts'
import { TokenBuckets } from './token-bucket.ts'

/** What the router needs to know of a sink. */
export interface RoutedSink {
  readonly name: string
  /** Hears of every update, or only of a rise in severity. */
  readonly updates: 'all' | 'rise'
  /** How long a sighting stays open for it, ms; 0 when it does not matter to the sink. */
  readonly sightingMs: number
}

export interface RouterOptions {
  readonly routes: readonly RouteConfig[]
  readonly sinks: readonly RoutedSink[]
  /** Finding states remembered. */
  readonly remember: number
  readonly silenced: (finding: Finding, nowMs: number) => boolean
  /** Where it keeps what is open; the sinks read it. */
  readonly open: OpenFindings
}

/** Why a finding went on, or did not. Label values of a metric. */
export type Verdict = 'accepted' | 'duplicate' | 'repeated' | 'silenced' | 'rate_limited' | 'unrouted'
export const VERDICTS: readonly Verdict[] = [
  'accepted',
  'duplicate',
  'repeated',
  'silenced',
  'rate_limited',
  'unrouted',
]

interface Route {
  readonly name: string
  readonly config: RouteConfig
  readonly matches: Matcher
  readonly limit: TokenBuckets
}

/** Decides for each finding which sinks hear of it, and as what. Pure but for its own memory, which survives restarts. */
export class Router {
  readonly open: OpenFindings
  readonly #routes: readonly Route[]
  readonly #sinks: ReadonlyMap<string, RoutedSink>
  readonly #silenced: RouterOptions['silenced']
  readonly #memory: RouterMemory

  constructor(options: RouterOptions) {
    this.#sinks = new Map(options.sinks.map((s) => [s.name, s]))
    this.#silenced = options.silenced
    this.open = options.open
    const sightingMs = (sink: string) => this.#sinks.get(sink)?.sightingMs ?? 0
    this.#memory = new RouterMemory(options.open, options.remember, sightingMs)
    this.#routes = options.routes.map((config, i) => ({
      name: String(i),
      config,
      matches: compileMatch(config.match),
      limit: new TokenBuckets(config.rateLimit.findings, config.rateLimit.per),
    }))
  }

  routeConfig(name: string): RouteConfig | null {
    return this.#routes[Number(name)]?.config ?? null
  }

  /** @param nowMs wall time, ms since epoch */
  route(finding: Finding, nowMs: number): { verdict: Verdict; targets: readonly Target[] } {
    if (this.#memory.knows(finding)) return { verdict: 'duplicate', targets: [] }
    if (finding.state === 'resolved') return this.#resolve(finding, nowMs)
    if (this.#silenced(finding, nowMs)) return { verdict: 'silenced', targets: [] }
    const found = this.#targets(finding, nowMs)
    if (found.verdict === 'accepted')
      this.#memory.remember({ emittedMs: nowMs, targets: found.targets, finding })
    else if (finding.state === 'update') this.#memory.note(finding, nowMs)
    return found
  }

  /** An open finding that came with state from elsewhere. Its resolution goes where it would have gone from here. */
  adopt(finding: Finding, nowMs: number): void {
    if (this.open.get(finding.id) !== undefined || this.#memory.ended(finding.id)) return
    if (this.#silenced(finding, nowMs)) return
    const told: Told[] = []
    for (const route of this.#routes) {
      if (!route.matches(finding)) continue
      if (severityRank(finding.severity) >= severityRank(route.config.minSeverity)) {
        const group = this.#groupOf(route, finding)
        for (const sink of route.config.to) {
          if (this.#sinks.has(sink) && !told.some((t) => t.sink === sink))
            told.push({ sink, route: route.name, group, atMs: nowMs })
        }
      }
      if (!route.config.continue) break
    }
    if (told.length > 0) this.open.set({ finding, told, newsMs: nowMs, untilMs: null })
  }

  /** Takes in what an earlier process wrote to its log. */
  recover(record: LogRecord): void {
    this.#memory.remember(record)
  }

  /** Everything needed to go on, in pieces; what is in the log after it comes by {@link recover}. */
  checkpoint(): Iterable<string> {
    return this.#memory.checkpoint()
  }

  /** Merges one piece of a checkpoint. */
  restore(piece: string): void {
    this.#memory.restore(piece)
  }

  #resolve(finding: Finding, nowMs: number): { verdict: Verdict; targets: readonly Target[] } {
    const known = this.open.get(finding.id)
    const told = known?.told.filter((t) => this.#sinks.has(t.sink)) ?? []
    if (told.length === 0) return { verdict: 'unrouted', targets: [] }
    const targets = told.map(({ sink, route, group }) => {
      return { sink, route, group, event: 'resolved' as const, previousSeverity: known!.finding.severity }
    })
    this.#memory.remember({ emittedMs: nowMs, targets, finding })
    return { verdict: 'accepted', targets }
  }

  #targets(finding: Finding, nowMs: number): { verdict: Verdict; targets: readonly Target[] } {
    const known = this.open.get(finding.id)
    const targets: Target[] = []
    let verdict: Verdict = 'unrouted'
    for (const route of this.#routes) {
      if (!route.matches(finding)) continue
      if (severityRank(finding.severity) >= severityRank(route.config.minSeverity)) {
        const before = targets.length
        const refusal = this.#addTargets(route, finding, known?.finding ?? null, nowMs, targets)
        if (targets.length === before && refusal !== null) verdict = refusal
      }
      if (!route.config.continue) break
    }
    return targets.length > 0 ? { verdict: 'accepted', targets } : { verdict, targets }
  }

  #addTargets(
    route: Route,
    finding: Finding,
    before: Finding | null,
    nowMs: number,
    targets: Target[],
  ): Verdict | null {
    const told = this.open.get(finding.id)?.told ?? []
    const rises = before !== null && severityRank(finding.severity) > severityRank(before.severity)
    const sinks = route.config.to.filter((name) => {
      const sink = this.#sinks.get(name)
      if (sink === undefined || targets.some((t) => t.sink === name)) return false
      return !told.some((t) => t.sink === name) || sink.updates === 'all' || rises
    })
    if (sinks.length === 0) return told.length > 0 ? 'repeated' : null
    if (sinks.some((name) => !told.some((t) => t.sink === name))) {
      if (finding.kind !== 'anomaly' && route.config.repeatInterval > 0) {
        const lastMs = this.#memory.toldMs(route.name, finding.fingerprint)
        if (lastMs !== undefined && nowMs - lastMs < route.config.repeatInterval) return 'repeated'
      }
      const service = labelOf(finding, 'service.name')
      if (!route.limit.take(`${finding.kind} ${service}`, nowMs)) return 'rate_limited'
    }
    const group = this.#groupOf(route, finding)
    for (const sink of sinks) {
      const event = told.some((t) => t.sink === sink) ? 'update' : 'firing'
      const previousSeverity =
        before !== null && before.severity !== finding.severity ? before.severity : null
      targets.push({ sink, route: route.name, group, event, previousSeverity })
    }
    return null
  }

  #groupOf(route: Route, finding: Finding): Record<string, string> {
    const group: Record<string, string> = {}
    for (const label of route.config.groupBy) group[label] = labelOf(finding, label)
    return group
  }
}
