import { createRequire } from 'node:module'

/** kafkajs' queue of requests of one connection, as far as it concerns us. */
interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

const ENDED = Symbol('idle polling ended')

/**
 * kafkajs 2.2.4 looks a thousand times a second, on each connection, whether requests wait, for ever, because a delay
 * of `-1 - now` becomes a millisecond (its issues 1556, 1704, 1751). Where none waits there is nothing to look for: a
 * request that has to wait sets the timer itself. Safe to call again.
 */
export function endIdlePolling(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { [ENDED]?: true }
  }
  if (prototype[ENDED] === true) return
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this)
  }
  prototype[ENDED] = true
}
