import { FORM_ASSIGNED, type ValueForm } from '../judge-value.ts'
import { type Name, NO_NAME } from '../name-cache.ts'
import { NAME_NONE, type NameKind } from '../name-grammar.ts'

/** A parsed assignment; one object, reused. */
export class Assignment {
  /** The name as it stands there, and with the word that completes it. */
  written: Name = NO_NAME
  name = ''
  kind: NameKind = NAME_NONE
  /** Offsets of the name and of its value in the text. */
  nameStart = 0
  nameEnd = 0
  start = 0
  end = 0
  quoted = false
  form: ValueForm = FORM_ASSIGNED
  /** A command-line flag. */
  flag = false
  /** `is`, `lautet` and the like stood between. */
  copula = false

  /** Begins with a name that stands at [start, end) of the text. */
  takeName(name: Name, start: number, end: number): void {
    this.written = name
    this.nameStart = start
    this.nameEnd = end
  }

  /** The value is a text of that length, as good as quoted. @returns its start */
  takeText(start: number, length: number): number {
    this.start = start
    this.end = start + length
    this.quoted = true
    this.form = FORM_ASSIGNED
    return start
  }
}
