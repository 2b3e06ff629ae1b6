import type { Verdict } from './judge-value.ts'

/**
 * Logs repeat themselves: what was no secret is remembered, by how it was asked. Secrets never are. One slot a hash, so
 * that nothing needs to be thrown out; compared exactly.
 */

const SLOTS = 8192
/** Longer values seldom come again. */
const MAX_LENGTH = 48
const FNV_PRIME = 0x01000193

const texts: string[] = new Array<string>(SLOTS).fill('')
const questions = new Int32Array(SLOTS).fill(-1)
const verdicts: (Verdict | null)[] = new Array<Verdict | null>(SLOTS).fill(null)
/** Slot of the value last asked for. */
let slot = 0

/** @param question kind, form and quotes as one number. @returns why the value was turned down before, or null */
export function rejectedBefore(value: string, question: number): Verdict | null {
  const n = value.length
  if (n > MAX_LENGTH) return null
  let h = question
  for (let i = 0; i < n; i++) h = Math.imul(h ^ value.charCodeAt(i), FNV_PRIME)
  slot = (h ^ (h >>> 15)) & (SLOTS - 1)
  return questions[slot] === question && texts[slot] === value ? verdicts[slot]! : null
}

/** Remembers that the value last asked for was turned down. */
export function reject(value: string, question: number, verdict: Verdict): void {
  if (value.length > MAX_LENGTH) return
  texts[slot] = value
  questions[slot] = question
  verdicts[slot] = verdict
}
