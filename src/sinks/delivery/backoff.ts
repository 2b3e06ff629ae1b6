import type { Random } from '../../core/clock.ts'

export interface BackoffConfig {
  /** ms before the first retry */
  readonly initial: number
  /** ms, upper bound of any wait */
  readonly max: number
}

/**
 * Exponential backoff with equal jitter: half of the wait is fixed, half is random, so that many daemons do not come
 * back at the same moment. Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 * @param attempt failures so far, from 1
 * @returns ms
 */
export function backoffMs(config: BackoffConfig, attempt: number, random: Random): number {
  const whole = Math.min(config.max, config.initial * 2 ** Math.min(attempt - 1, 30))
  return whole / 2 + (whole / 2) * random()
}
