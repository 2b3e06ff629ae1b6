/** What is wrong with a service, and when. Windows are the ground truth; the sources act them out. */

export const HAPPENINGS = [
  'credential-stuffing',
  'sql-injection',
  'port-scan',
  'traffic-spike',
  'memory-leak',
  'cpu-spike',
  'outage',
] as const
export type HappeningKind = (typeof HAPPENINGS)[number]

/** Where each kind strikes when the scenario does not say. */
export const USUAL_SERVICE: Readonly<Record<HappeningKind, string>> = {
  'credential-stuffing': 'auth',
  'sql-injection': 'catalog',
  'port-scan': 'edge-proxy',
  'traffic-spike': 'api-gateway',
  'memory-leak': 'checkout',
  'cpu-spike': 'catalog',
  outage: 'payments',
}

export interface Window {
  readonly kind: HappeningKind
  readonly service: string
  readonly startMs: number
  readonly endMs: number
  /** 1 is the usual strength of the kind; 2 is twice that. */
  readonly strength: number
}

/** The state of a service at one moment. */
export interface Condition {
  readonly silent: boolean
  readonly latencyFactor: number
  /** Added to the share of 5xx answers. */
  readonly errors: number
  readonly memoryFactor: number
  /** Added to the CPU utilisation, 0 to 1. */
  readonly cpu: number
}

export const WELL: Condition = { silent: false, latencyFactor: 1, errors: 0, memoryFactor: 1, cpu: 0 }

function conditionIn(window: Window, timeMs: number): Condition {
  const progress = (timeMs - window.startMs) / (window.endMs - window.startMs)
  const { kind, strength } = window
  if (kind === 'outage') return { ...WELL, silent: true, cpu: -1 }
  if (kind === 'cpu-spike')
    return { ...WELL, latencyFactor: 1 + 2.5 * strength, cpu: 0.6, errors: 0.01 * strength }
  if (kind === 'memory-leak') {
    // the heap triples over the window; past half of it the collector eats into latency
    const pressure = Math.max(0, progress - 0.5) * 2
    return {
      ...WELL,
      memoryFactor: 1 + 2 * progress * strength,
      latencyFactor: 1 + 1.5 * pressure * strength,
      cpu: 0.25 * pressure,
      errors: 0.02 * pressure * strength,
    }
  }
  return WELL
}

export function conditionOf(windows: readonly Window[], service: string, timeMs: number): Condition {
  let all = WELL
  for (const window of windows) {
    if (window.service !== service || timeMs < window.startMs || timeMs >= window.endMs) continue
    const one = conditionIn(window, timeMs)
    all = {
      silent: all.silent || one.silent,
      latencyFactor: all.latencyFactor * one.latencyFactor,
      errors: all.errors + one.errors,
      memoryFactor: all.memoryFactor * one.memoryFactor,
      cpu: all.cpu + one.cpu,
    }
  }
  return all
}
