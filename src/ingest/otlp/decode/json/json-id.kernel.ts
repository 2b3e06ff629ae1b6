import type { RecordBatch } from '../../../../columns/record-batch.ts'
import { HEX } from './json-scan.kernel.ts'
import { text, textEnd, textStart } from './json-text.kernel.ts'

/** Where the hex digits of the id last read start, or -1 when it is no id. */
export let idStart = -1

/**
 * Reads a trace or span id at `p`: `digits` hex digits in either case. Anything else is no id, and is checked here
 * because findings show ids as they are.
 * @returns past it, or a negative code
 */
export function hexId(batch: RecordBatch, bytes: Uint8Array, p: number, digits: number): number {
  const after = text(batch, bytes, p)
  if (after < 0) return after
  idStart = textEnd - textStart === digits ? textStart : -1
  for (let q = textStart; q < textEnd && idStart >= 0; q++) if (HEX[bytes[q]!]! > 15) idStart = -1
  return after
}
