import { createHmac } from 'node:crypto'

export const SIGNATURE_HEADER = 'x-telltale-signature'

/**
 * `t=SECONDS,v1=HEX`: HMAC-SHA-256 over `SECONDS.BODY`. The time is signed too, so that a receiver can refuse what is
 * old and an overheard request cannot be played again later.
 */
export function sign(key: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
  const digest = createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex')
  return `t=${seconds},v1=${digest}`
}
