/** A text of a batch: the record's own, or an attribute's. */
export interface Place {
  readonly row: number
  /** Attribute row, or TEXT. */
  readonly attr: number
  readonly start: number
  readonly end: number
}

export { TEXT } from './prefilter/assembly/sieve-layout.ts'
