import type { RecordBatch } from '../columns/record-batch.ts'
import * as columns from '../columns/record-batch.ts'
import type { SeriesStore } from './series.ts'

// V8 folds a local constant into hot code; what is imported is loaded and checked at every use.
const {
  ATTR_END,
  ATTR_START,
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  KEY,
  NESTED,
  ROW_STRIDE,
  TEXT_END,
  TEXT_START,
  TYPE,
} = columns

/** The kind of a warning or an error, by its text. */
export function observeMessage(
  store: SeriesStore,
  batch: RecordBatch,
  row: number,
  slot: number,
  timeMs: number,
): void {
  if (store.isDue(slot)) store.drain()
  const o = row * ROW_STRIDE
  const { f64 } = store.core.chunk(slot)
  const base = store.core.base(slot)
  const from = batch.rows[o + TEXT_START]!
  const to = batch.rows[o + TEXT_END]!
  const score = store.templateFamily.message(f64, base, batch.bytes, from, to, timeMs)
  if (score > 0) note(store, f64, base, slot, score, timeMs)
}

/** Values of the row's own attributes that a profile watches. @param rare key ids of these attributes */
export function observeRare(
  store: SeriesStore,
  rare: readonly number[],
  batch: RecordBatch,
  row: number,
  slot: number,
  timeMs: number,
): void {
  if (store.isDue(slot)) store.drain()
  const { f64 } = store.core.chunk(slot)
  const base = store.core.base(slot)
  const { attrs, rows } = batch
  const end = rows[row * ROW_STRIDE + ATTR_END]!
  for (let attr = rows[row * ROW_STRIDE + ATTR_START]!; attr < end; attr++) {
    const o = attr * ATTR_STRIDE
    const key = attrs[o + KEY]!
    if (!rare.includes(key) || attrs[o + TYPE]! >= NESTED) continue
    const score = store.templateFamily.value(f64, base, key, attrs[o + HASH_A]!, attrs[o + HASH_B]!, timeMs)
    if (score > 0) note(store, f64, base, slot, score, timeMs)
  }
}

/** What became due before this row is told before it. */
function note(
  store: SeriesStore,
  f: Float64Array,
  base: number,
  slot: number,
  score: number,
  timeMs: number,
): void {
  store.drain()
  store.templateFamily.note(f, base, slot, score, timeMs)
}
