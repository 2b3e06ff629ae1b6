import { TelltaleError } from '../../core/errors.ts'
import { DONE, type Outcome } from '../../core/outcome.ts'
import type { HttpAnswer } from './poster.ts'

/** The sender is told to come back: timeout, too early, too many requests. */
const LATER = new Set([408, 425, 429])

/**
 * The address or the credentials are wrong, which a person mends: the finding waits rather than being given up.
 * Everything else in 3xx and 4xx is about this very request and would fail again.
 */
const MENDABLE = new Set([301, 302, 303, 307, 308, 401, 403, 404, 407])

/** What an answer means for the findings that were sent. */
export function classifyAnswer({ status, retryAfterMs }: HttpAnswer): Outcome {
  if (status >= 200 && status < 300) return DONE
  const message = `the receiver answered ${status}`
  if (status >= 500 || LATER.has(status)) {
    return { kind: 'retry', afterMs: retryAfterMs, cause: new TelltaleError('SINK_FAILED', message) }
  }
  const cause = new TelltaleError('SINK_REFUSED', message)
  return MENDABLE.has(status) ? { kind: 'retry', afterMs: 0, cause } : { kind: 'refused', cause }
}

/** Runs a send and turns what it throws into `retry`. */
export async function outcomeOf(send: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await send()
  } catch (error) {
    const known = error instanceof TelltaleError
    const cause = known ? error : new TelltaleError('INTERNAL', `a sink threw ${(error as Error).name}`)
    return { kind: 'retry', afterMs: 0, cause }
  }
}
