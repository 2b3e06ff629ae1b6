import { classifyName, isForeignKey, MAY_JOIN, NAME_NONE, type NameKind } from './name-grammar.ts'

/** What names promise, without making a string of a name that was seen lately. */

/** Bytes of an identifier. */
export const nameByte = new Uint8Array(256)
for (let c = 0; c < 256; c++) nameByte[c] = /[A-Za-z0-9_.-]/.test(String.fromCharCode(c)) ? 1 : 0

const COMPLETED = /^(?:key|token|phrase|secret)$/i

/** A name as written, and all that is asked of it by itself. */
export interface Name {
  readonly text: string
  readonly kind: NameKind
  /** A word before it may complete it, perhaps with an escape taken off its beginning. */
  readonly mayJoin: boolean
  /** A word before it may complete it as it is: `key`, `token`. */
  readonly joins: boolean
  /** See {@link isForeignKey}. */
  readonly isForeign: boolean
}

export const NO_NAME: Name = { text: '', kind: NAME_NONE, mayJoin: false, joins: false, isForeign: false }

const nameOf = (text: string): Name => ({
  text,
  kind: classifyName(text),
  mayJoin: MAY_JOIN.test(text),
  joins: COMPLETED.test(text),
  isForeign: isForeignKey(text),
})

const SLOTS = 4096
const FNV_PRIME = 0x01000193
const slots: Name[] = new Array<Name>(SLOTS).fill(NO_NAME)

/** The name bytes[s..e); compared exactly, so that no two names are taken for one another. */
export function nameAt(bytes: Uint8Array, s: number, e: number): Name {
  let h = e - s
  for (let p = s; p < e; p++) h = Math.imul(h ^ bytes[p]!, FNV_PRIME)
  const slot = (h ^ (h >>> 15)) & (SLOTS - 1)
  const name = slots[slot]!
  if (isSame(name.text, bytes, s, e)) return name
  return enter(slot, Buffer.from(bytes.buffer, bytes.byteOffset + s, e - s).toString('latin1'))
}

/** The same for text[s..e), latin1. */
export function nameIn(text: string, s: number, e: number): Name {
  let h = e - s
  for (let p = s; p < e; p++) h = Math.imul(h ^ text.charCodeAt(p), FNV_PRIME)
  const slot = (h ^ (h >>> 15)) & (SLOTS - 1)
  const name = slots[slot]!
  return name.text.length === e - s && text.startsWith(name.text, s) ? name : enter(slot, text.slice(s, e))
}

function enter(slot: number, text: string): Name {
  const name = nameOf(text)
  slots[slot] = name
  return name
}

function isSame(text: string, bytes: Uint8Array, s: number, e: number): boolean {
  if (text.length !== e - s) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[s + i]) return false
  return true
}
