import type { Dice } from '../random.ts'
import type { Round } from './vocabulary.ts'

export type NameStyle = 'snake' | 'upper' | 'camel' | 'pascal' | 'kebab' | 'dotted' | 'spaced' | 'flat'

/** Around what is secret; taken out of the line when it is labelled. */
export const FROM = '\u0001'
export const TO = '\u0002'
export const secret = (spelt: string): string => `${FROM}${spelt}${TO}`

/** `%n` a name, `%v` its value, `%p` another password (always secret), `%w` a word, `%u` a user, `%h` a host, `%i` a
 *  number, `%x` a hexadecimal id, `%t` a time; or a function that marks the secret itself. */
export type Template = string | ((name: string, value: string, d: Dice) => string)

/** What the places of a round's templates are filled with. */
export interface Vocabulary {
  word(d: Dice): string
  /** A password that is not only words; `signs` are those its place may hold. */
  password(d: Dice, signs: string): string
  words(d: Dice): string
  key(d: Dice): string
  passwordName(d: Dice): string
  keyName(d: Dice): string
  harmlessName(d: Dice): string
  harmlessValue(d: Dice): string
  benign(d: Dice): string
}

/** A way of writing that no rule was written for when it was made. */
export interface BlindMaking {
  readonly name: string
  readonly round: Round | Vocabulary
  readonly style: readonly NameStyle[]
  /** Signs that passwords hold here without being escaped. */
  readonly signs: string
  /** How a value is spelt here. */
  readonly spell?: (value: string) => string
  /** For passwords and keys; for passwords; for keys. */
  readonly lines?: readonly Template[]
  readonly passwords?: readonly Template[]
  readonly keys?: readonly Template[]
  /** Values that are none, in `lines`, as this dialect writes them; the round's common ones stand there too. */
  readonly benign?: readonly ((d: Dice, w: () => string) => string)[]
  /** Benign values stand in `passwords` and `keys` too, not only in `lines`. */
  readonly benignEverywhere?: true
  /** Lines without a secret. */
  readonly negatives?: readonly Template[]
}

export const SAFE = '!_.-@*'
export const ANY = '!@#$%^&*-_=+?.~|:;,<>(){}[]/'

export const inXml = (v: string): string =>
  v.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
export const inJson = (v: string): string => JSON.stringify(v).slice(1, -1)
export const inUrl = (v: string): string => encodeURIComponent(v)

/** Makings of a round in which benign values stand in every place that is named as a secret. */
export const makingOf =
  (round: BlindMaking['round']) =>
  (m: Omit<BlindMaking, 'round' | 'benignEverywhere'>): BlindMaking => ({
    ...m,
    round,
    benignEverywhere: true,
  })
