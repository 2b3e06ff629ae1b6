import type { Condition } from '../server/admin-server.ts'
import type { SinkCondition } from '../sinks/sinks.ts'

export interface Standing {
  readonly phase: 'starting' | 'running' | 'draining'
  /** No series can judge yet. */
  readonly warming: boolean
  readonly sinks: readonly SinkCondition[]
  /** What is wrong with the brokers, or null. */
  readonly broker: string | null
}

/**
 * Why the daemon is not, or not wholly, ready. Only what makes senders go elsewhere blocks: a daemon that is warming has
 * to be sent rows to get warm, findings of a dead receiver wait in the spool, and no other instance has another broker.
 */
export function conditions({ phase, warming, sinks, broker }: Standing): Condition[] {
  const found: Condition[] = []
  if (phase === 'starting')
    found.push({ name: 'starting', blocking: true, message: 'not everything listens yet' })
  if (phase === 'draining')
    found.push({ name: 'draining', blocking: true, message: 'stopping; input is refused' })
  if (warming) {
    const message = 'no series is old enough to judge; the first are after about two minutes of rows'
    found.push({ name: 'warming', blocking: false, message })
  }
  if (broker !== null) found.push({ name: 'broker', blocking: false, message: broker })
  for (const s of sinks) {
    if (s.healthy) continue
    const message = `${s.reason ?? 'failing'}; ${s.pending} findings waiting`
    found.push({ name: `sink ${s.sink}`, blocking: false, message })
  }
  return found
}
