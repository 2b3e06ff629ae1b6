import type { Candidate } from './match.ts'
import { NAME_PASSWORD, NAME_SECRET } from './name-grammar.ts'
import type { ValueShape } from './value-shape.ts'

/** What the classifier looks at; the training script and the daemon share this file, so that they agree. */
export const FEATURES = [
  'bias',
  'log2 length',
  'entropy',
  'entropy share of the most for its length',
  'wordiness',
  'share of digits',
  'share of upper case',
  'share of lower case',
  'share of signs',
  'share of -_.',
  'class changes a character',
  'hexadecimal',
  'base64',
  'both cases and digits',
  'longest repeat share',
  'longest sequence share',
  'begins with a letter, ends with digits',
  'password name',
  'key name',
  'wordiness of a password',
] as const

const endsInDigit = (text: string): boolean => {
  const c = text.length === 0 ? 0 : text.charCodeAt(text.length - 1)
  return c >= 48 && c <= 57
}

/** Fills `out` (FEATURES.length) from a candidate and its measured shape. */
export function featuresOf(out: Float64Array, c: Pick<Candidate, 'text' | 'nameKind'>, s: ValueShape): void {
  const n = Math.max(1, Math.min(s.length, 512))
  const password = c.nameKind === NAME_PASSWORD
  out[0] = 1
  out[1] = Math.log2(n)
  out[2] = s.entropy
  out[3] = n > 1 ? s.entropy / Math.log2(n) : 0
  out[4] = s.words
  out[5] = s.digits / n
  out[6] = s.upper / n
  out[7] = s.lower / n
  out[8] = s.special / n
  out[9] = s.joins / n
  out[10] = s.switches / n
  out[11] = s.hex ? 1 : 0
  out[12] = s.base64 ? 1 : 0
  out[13] = s.upper > 0 && s.lower > 0 && s.digits > 0 ? 1 : 0
  out[14] = s.repeat / n
  out[15] = s.sequence / n
  out[16] =
    endsInDigit(c.text) && /^[A-Za-z].*\d$/.test(c.text.length > 64 ? c.text.slice(-64) : c.text) ? 1 : 0
  out[17] = password ? 1 : 0
  out[18] = c.nameKind === NAME_SECRET ? 1 : 0
  out[19] = password ? s.words : 0
}
