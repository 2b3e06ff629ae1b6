import { hashA, hashB, hashBytes } from '../../../columns/hash.kernel.ts'
import { hashBoolean, hashNumber } from '../../../columns/hash-value.kernel.ts'
import { type KeyTable, MAX_KEYS, ROLE_HASH } from '../../../columns/key-table.ts'
import type { RecordBatch } from '../../../columns/record-batch.ts'
import * as columns from '../../../columns/record-batch.ts'
import type { DecodeLimits } from './limits.ts'
import { DEPTH_CAP } from './limits.ts'

// V8 folds a local constant into hot code; an imported one is loaded and checked at every use.
const {
  ATTR_STRIDE,
  HASH_A,
  HASH_B,
  KEY,
  KEY_END,
  KEY_START,
  TYPE,
  VALUE_BOOL,
  VALUE_DOUBLE,
  VALUE_END,
  VALUE_INT,
  VALUE_MASK,
  VALUE_START,
} = columns

/**
 * Writing attribute rows, and guessing the key that comes next.
 *
 * A sender writes its keys in the same order again and again, so `follows[key]` remembers which key came after this
 * one the last time; one exact compare then replaces hashing and probing. A wrong guess costs a compare. Guessing
 * from the key before, not from the ordinal, survives an optional attribute: only the one after it is missed.
 */

/** Successor by key id; the entries past MAX_KEYS are where lists start, see {@link startKeys}. */
export const follows = new Uint16Array(MAX_KEYS + 16)
export let previousKey = MAX_KEYS

/** Attribute rows this batch may use, of those it has. */
export let attrRoom = 0
export let attrsMax = 0
export let depthMax = 0

export function setAttrLimits(batch: RecordBatch, limits: DecodeLimits): void {
  attrsMax = limits.attrsMax
  depthMax = Math.min(limits.depthMax, DEPTH_CAP)
  attrRoom = Math.min(batch.attrCapacity, attrsMax)
}

/** @returns false when the limit is reached */
export function growAttrs(batch: RecordBatch): boolean {
  if (attrRoom >= attrsMax) return false
  batch.growAttrs(attrsMax)
  attrRoom = Math.min(batch.attrCapacity, attrsMax)
  return true
}

/** A list of attributes starts. @param kind 0 to 15, one for each kind of list, so that each has its own first key */
export function startKeys(kind: number): void {
  previousKey = MAX_KEYS + kind
}

export function setPreviousKey(key: number): void {
  previousKey = key
}

/** Id of the key at [start, end), 0 when it is not interned. */
export function keyId(keys: KeyTable, view: DataView, bytes: Uint8Array, start: number, end: number): number {
  let id = follows[previousKey]!
  if (!keys.matches(id, view, start, end)) {
    id = keys.intern(view, bytes, start, end)
    follows[previousKey] = id
  }
  previousKey = id
  return id
}

/** Writes row `a`; the caller has checked `attrRoom`. A number is stored beside it, a hash is set by hashValue. */
export function writeRow(
  attrs: Int32Array,
  a: number,
  key: number,
  keyStart: number,
  keyEnd: number,
  type: number,
  start: number,
  end: number,
): void {
  const o = a * ATTR_STRIDE
  attrs[o + KEY] = key
  attrs[o + TYPE] = type
  attrs[o + VALUE_START] = start
  attrs[o + VALUE_END] = end
  attrs[o + KEY_START] = keyStart
  attrs[o + KEY_END] = keyEnd
}

/** Hashes the value of row `a` by the bytes of its text or by its number, when its key has ROLE_HASH. */
export function hashValue(batch: RecordBatch, a: number): void {
  const attrs = batch.attrs
  const o = a * ATTR_STRIDE
  const keys = batch.keys
  if ((keys.roles[attrs[o + KEY]!]! & ROLE_HASH) === 0) return
  const type = attrs[o + TYPE]! & VALUE_MASK
  if (type === VALUE_INT || type === VALUE_DOUBLE) hashNumber(batch.number[a]!, keys.seed)
  else if (type === VALUE_BOOL) hashBoolean(batch.number[a] === 1, keys.seed)
  else hashBytes(batch.view, batch.bytes, attrs[o + VALUE_START]!, attrs[o + VALUE_END]!, keys.seed)
  attrs[o + HASH_A] = hashA
  attrs[o + HASH_B] = hashB
}
