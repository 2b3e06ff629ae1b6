const QUOTE = 34

/** Cells of the last record split: where each lies, and which hold doubled quotes. Reused. */
export const CELLS_MAX = 4096
export const cellStart = new Int32Array(CELLS_MAX)
export const cellEnd = new Int32Array(CELLS_MAX)
export const cellEscaped = new Uint8Array(CELLS_MAX)
/** A quote is still open at the end: the record goes on in the next line. */
export const OPEN = -1

/**
 * Splits one record (RFC 4180) in [start, end). A quoted cell's offsets are inside its quotes. Quotes that do not
 * open a cell are text; what follows a closing quote up to the delimiter is dropped.
 * @returns number of cells, at most CELLS_MAX, or OPEN
 */
export function splitCsv(bytes: Uint8Array, start: number, end: number, delimiter: number): number {
  let cells = 0
  let p = start
  for (;;) {
    if (cells === CELLS_MAX) return cells
    cellEscaped[cells] = 0
    if (p < end && bytes[p] === QUOTE) {
      p++
      cellStart[cells] = p
      for (; ; p++) {
        if (p >= end) return OPEN
        if (bytes[p] !== QUOTE) continue
        if (bytes[p + 1] !== QUOTE || p + 1 >= end) break
        cellEscaped[cells] = 1
        p++
      }
      cellEnd[cells++] = p
      while (p < end && bytes[p] !== delimiter) p++
    } else {
      cellStart[cells] = p
      while (p < end && bytes[p] !== delimiter) p++
      cellEnd[cells++] = p
    }
    if (p >= end) return cells
    p++
  }
}
