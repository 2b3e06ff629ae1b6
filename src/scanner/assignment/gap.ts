import { codeAt, isQuote, isSpace } from '../code-at.ts'

/**
 * What stands after a name, read once: which of the many forms can follow at all. Most names in logs are followed by a
 * blank and a word, where none can; each pattern tried in vain costs more than this reading.
 */

/** No form reaches further than this past its name: the longest pattern of `assignment-forms.ts` that asks for a quote. */
const REACH = 160

const QUOTE = 1
const BRACKET = 2
const EQUALS = 4
const SIGN = new Uint8Array(256)
for (const c of `"'\``) SIGN[c.charCodeAt(0)] = QUOTE
SIGN['['.charCodeAt(0)] = BRACKET
SIGN['='.charCodeAt(0)] = EQUALS
// of VALUE, INIT and DEFAULT
for (const c of 'VID') SIGN[c.charCodeAt(0)] = EQUALS

/** Bytes of a text's class, for {@link Gap.first} and {@link Gap.beyond}. */
const setOf = (bytes: string): Uint8Array => {
  const set = new Uint8Array(256)
  for (const c of bytes) set[c.charCodeAt(0)] = 1
  return set
}
/** White space that patterns call `\s`, besides blank and tab: what comes after it is not known. */
const OTHER_SPACE = '\n\r\v\f\xa0'
const OPERATOR_FIRST = setOf(`"'\`\\&%*_]}?.([<=:\xe2\xc2~-|/+!`)
const CALL_FIRST = setOf(`?!({${OTHER_SPACE}`)
const REGISTRY_FIRST = setOf(`R/${OTHER_SPACE}`)
const CELL_FIRST = setOf('`*|\xe2')
const DASH_FIRST = setOf('-\xe2')
const MAX_BLANKS = 40
/** What stands behind the quote that closes a name; 0 where that is not known. */
const CLOSED_OPERATOR = setOf(`\0*_[]%}?.(<=:&\\\xe2\xc2~-|/+!`)
const BLOCK_THEN = setOf('\0:{')
const CHANGED_THEN = setOf('\0:cumswftFT')
const LISTED_THEN = setOf('\0;')
const FALLBACK_THEN = setOf('\0)')
const FIELD_AFTER = setOf('\0\\')
const TYPED_IN_AFTER = setOf(`\0"'\`])\\`)
const TYPED_IN_THEN = setOf('\0,).')
const TUPLE_THEN = setOf(`\0,;t"'\`\\&%`)
const MAX_SLASHES = 7

/** Beginnings of the words that LOOSE knows between a name and its value; by the first byte, a bit for the second. */
const LOOSE_WORDS = new Int32Array(256)
for (const w of 'fo of is wa to as ar ha se ch re no va pl si le en md sh'.split(' '))
  LOOSE_WORDS[w.charCodeAt(0)]! |= 1 << (w.charCodeAt(1) & 31)
for (const c of '0123456789(') LOOSE_WORDS[c.charCodeAt(0)] = -1

/** A gap; one object, reused. */
export class Gap {
  /** First byte after the name that is neither blank nor tab; 0 at the end of the text. */
  first = 0
  /** The bytes right after the name; 0 past the end. */
  next = 0
  afterNext = 0
  /** The byte after the quote that closes the name, and the first that is no space; 0 where no plain quote does. */
  after = 0
  beyond = 0
  #text = ''
  /** What is not read yet of the text near by, and which signs stand in it; -1 before it is read. */
  #rest = 0
  #end = 0
  #signs = -1

  /** Reads what stands after a name that ends at `e`. */
  read(text: string, e: number): void {
    this.#text = text
    this.next = text.charCodeAt(e) | 0
    this.afterNext = text.charCodeAt(e + 1) | 0
    const end = Math.min(text.length, e + REACH)
    let p = e
    while (p < end && (text.charCodeAt(p) === 32 || text.charCodeAt(p) === 9)) p++
    this.first = p < end ? text.charCodeAt(p) & 255 : 0
    this.#rest = p
    this.#end = end
    this.#signs = -1
    this.after = 0
    this.beyond = 0
    let q = e
    while (q < e + MAX_SLASHES && text.charCodeAt(q) === 92) q++
    if (!isQuote(codeAt(text, q))) return
    this.after = text.charCodeAt(++q) | 0
    while (q < text.length && isSpace(text.charCodeAt(q))) q++
    this.beyond = text.charCodeAt(q) & 255
  }

  #near(signs: number): number {
    if (this.#signs < 0) {
      this.#signs = 0
      for (let p = this.#rest; p < this.#end; p++) this.#signs |= SIGN[this.#text.charCodeAt(p) & 255]!
    }
    return this.#signs & signs
  }

  /** A quote stands near. */
  get quoted(): boolean {
    return this.#near(QUOTE) !== 0
  }

  /** A quote or a bracket stands near. */
  get bracketed(): boolean {
    return this.#near(QUOTE | BRACKET) !== 0
  }

  /** A quote and an operator, or a word in its place, stand near. */
  get assigns(): boolean {
    return this.#near(QUOTE | EQUALS) === (QUOTE | EQUALS)
  }

  get mayOperate(): boolean {
    return OPERATOR_FIRST[this.first] === 1 && CLOSED_OPERATOR[this.beyond] === 1
  }

  get mayOpenBlock(): boolean {
    return BLOCK_THEN[this.beyond] === 1
  }

  get mayBeChanged(): boolean {
    return CHANGED_THEN[this.beyond] === 1
  }

  get mayFallBack(): boolean {
    return FALLBACK_THEN[this.beyond] === 1
  }

  get mayBeField(): boolean {
    return FIELD_AFTER[this.after & 255] === 1
  }

  get mayBeTypedIn(): boolean {
    return TYPED_IN_AFTER[this.after & 255] === 1 || TYPED_IN_THEN[this.beyond] === 1
  }

  get mayBeListed(): boolean {
    return LISTED_THEN[this.beyond] === 1
  }

  get mayBeTuple(): boolean {
    return TUPLE_THEN[this.beyond] === 1
  }

  get mayCall(): boolean {
    return this.quoted && CALL_FIRST[this.first] === 1
  }

  get mayBeRegistry(): boolean {
    return REGISTRY_FIRST[this.first] === 1
  }

  get mayBeCell(): boolean {
    return this.next === 9 || CELL_FIRST[this.first] === 1
  }

  get mayBeDash(): boolean {
    return DASH_FIRST[this.afterNext & 255] === 1
  }

  /** `name --value x`, with a quote before the blank or none. */
  mayBeFlag(text: string, e: number): boolean {
    return this.afterNext === 45 || text.charCodeAt(e + 2) === 45
  }
}

/** The second cell of a row that blanks align. @returns where it begins, or -1 */
export function alignedCell(text: string, e: number): number {
  let p = e
  const end = Math.min(text.length, e + MAX_BLANKS)
  while (p < end && (text.charCodeAt(p) === 32 || text.charCodeAt(p) === 9)) p++
  return p - e >= 2 ? p : -1
}

/** A blank and then a word that no pattern need look at: the value, if any, begins there. @returns where, or -1 */
export function plainWord(text: string, e: number): number {
  const next = text.charCodeAt(e)
  if ((next !== 32 && next !== 9) || e + 1 >= text.length) return -1
  const c = text.charCodeAt(e + 1)
  if (c <= 32 || c === 0xa0) return -1
  return (LOOSE_WORDS[c & 255]! & (1 << (text.charCodeAt(e + 2) & 31))) === 0 ? e + 1 : -1
}
