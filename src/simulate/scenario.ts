import type { HappeningKind } from './conditions.ts'
import type { CredentialKind } from './credentials.ts'

/** What is to happen, relative to the run: `at` and `for` are shares of its duration, so any duration fits. */
export interface Scenario {
  readonly description: string
  readonly durationMs: number
  /** Requests a second of event time, all services together. */
  readonly perSecond: number
  readonly services: number
  readonly overdispersion: number
  readonly diurnal: number
  readonly metricsEveryMs: number
  readonly happenings: readonly Happening[]
  readonly leaks: readonly ScenarioLeak[]
  /** Further leaks a minute at drawn times, kinds and services. */
  readonly leaksPerMinute: number
}

export interface Happening {
  readonly kind: HappeningKind
  readonly service?: string
  readonly at: number
  readonly for: number
  readonly strength?: number
}

export interface ScenarioLeak {
  readonly at: number
  readonly kind?: CredentialKind
  readonly service?: string
}

const QUIET: Scenario = {
  description: 'everyday traffic of eight services',
  durationMs: 600_000,
  perSecond: 100,
  services: 8,
  overdispersion: 0,
  diurnal: 0,
  metricsEveryMs: 5000,
  happenings: [],
  leaks: [],
  leaksPerMinute: 0,
}

const one = (kind: HappeningKind, description: string): Scenario => ({
  ...QUIET,
  description,
  happenings: [{ kind, at: 0.6, for: 0.2 }],
})

export const PRESETS = {
  normal: QUIET,
  'credential-stuffing': one(
    'credential-stuffing',
    'stolen passwords tried on /login from rotating addresses',
  ),
  'sql-injection': one('sql-injection', 'a scanner injects SQL into the search'),
  'port-scan': one('port-scan', 'one address knocks on every port of the edge'),
  'traffic-spike': one('traffic-spike', 'four times the usual requests at the gateway'),
  'memory-leak': one('memory-leak', 'the memory of checkout triples, then its latency suffers'),
  'cpu-spike': one('cpu-spike', 'catalog burns CPU and answers late'),
  outage: one('outage', 'payments falls silent'),
  leak: {
    ...QUIET,
    description: 'everyday traffic with a credential of some kind slipping out twice a minute',
    leaksPerMinute: 2,
  },
  mixed: {
    ...QUIET,
    description: 'overdispersed traffic with every attack and fault in turn, and leaked credentials',
    durationMs: 1_800_000,
    overdispersion: 0.05,
    leaksPerMinute: 0.5,
    happenings: [
      { kind: 'credential-stuffing', at: 0.3, for: 0.05 },
      { kind: 'cpu-spike', at: 0.4, for: 0.05 },
      { kind: 'port-scan', at: 0.5, for: 0.03 },
      { kind: 'memory-leak', at: 0.55, for: 0.15 },
      { kind: 'sql-injection', at: 0.72, for: 0.05 },
      { kind: 'outage', at: 0.8, for: 0.03 },
      { kind: 'traffic-spike', at: 0.9, for: 0.05 },
    ],
  },
} as const satisfies Record<string, Scenario>

export type PresetName = keyof typeof PRESETS
export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[]
