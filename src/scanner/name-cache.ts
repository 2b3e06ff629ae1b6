import { classifyName, MAY_JOIN, type NameKind } from './name-grammar.ts'

/** What names promise, without making a string of a name that was seen lately. */

/** Bytes of an identifier. */
export const nameByte = new Uint8Array(256)
for (let c = 0; c < 256; c++) nameByte[c] = /[A-Za-z0-9_.-]/.test(String.fromCharCode(c)) ? 1 : 0

const SLOTS = 4096
const texts: string[] = new Array<string>(SLOTS).fill('')
const kinds = new Uint8Array(SLOTS)
const joins = new Uint8Array(SLOTS)

/** Whether a word before the name last asked for may complete it. */
export let nameJoins = false
/** What the name bytes[s..e) promises; compared exactly, so that no two names are taken for one another. */
export function nameKindOf(bytes: Uint8Array, s: number, e: number): NameKind {
  let h = e - s
  for (let p = s; p < e; p++) h = Math.imul(h ^ bytes[p]!, 0x01000193)
  const slot = (h ^ (h >>> 15)) & (SLOTS - 1)
  if (!isSame(texts[slot]!, bytes, s, e))
    enter(slot, Buffer.from(bytes.buffer, bytes.byteOffset + s, e - s).toString('latin1'))
  nameJoins = joins[slot] === 1
  return kinds[slot] as NameKind
}

/** Name last asked for by {@link nameIn}: the string kept, which is not made anew. */
export let nameText = ''

/** The same for text[s..e), latin1. */
export function nameIn(text: string, s: number, e: number): NameKind {
  let h = e - s
  for (let p = s; p < e; p++) h = Math.imul(h ^ text.charCodeAt(p), 0x01000193)
  const slot = (h ^ (h >>> 15)) & (SLOTS - 1)
  if (texts[slot]!.length !== e - s || !text.startsWith(texts[slot]!, s)) enter(slot, text.slice(s, e))
  nameText = texts[slot]!
  return kinds[slot] as NameKind
}

function enter(slot: number, name: string): void {
  texts[slot] = name
  kinds[slot] = classifyName(name)
  joins[slot] = MAY_JOIN.test(name) ? 1 : 0
}

function isSame(text: string, bytes: Uint8Array, s: number, e: number): boolean {
  if (text.length !== e - s) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[s + i]) return false
  return true
}
