import { hashA, hashB, hashBytes, setHash } from './hash.kernel.ts'

/**
 * Numbers and booleans hash as their decimal text, so that int 200, string "200" and `hashText('200', seed)` agree
 * whichever encoding brought them. The halves are left in hashA and hashB of hash.kernel.ts.
 */

const text = new Uint8Array(40)
const view = new DataView(text.buffer)

/** Whole numbers below this, status codes above all, are hashed once a seed. */
const SMALL = 1024
const smallA = new Int32Array(SMALL)
const smallB = new Int32Array(SMALL)
const isKnown = new Uint8Array(SMALL)
let seedOfSmall = 0

/** @param value an integer is written digit by digit; anything else, or past 2^53, as JavaScript prints it */
export function hashNumber(value: number, seed: number): void {
  const small = value & (SMALL - 1)
  if (small === value) {
    if (seed !== seedOfSmall) {
      isKnown.fill(0)
      seedOfSmall = seed
    }
    if (isKnown[small] === 0) {
      hashDigits(small, seed)
      smallA[small] = hashA
      smallB[small] = hashB
      isKnown[small] = 1
    } else setHash(smallA[small]!, smallB[small]!)
  } else if (Number.isSafeInteger(value)) hashDigits(value, seed)
  else hashAscii(String(value), seed)
}

function hashDigits(value: number, seed: number): void {
  let rest = value < 0 ? -value : value
  let p = text.length
  do {
    const quotient = Math.floor(rest / 10)
    text[--p] = 48 + (rest - quotient * 10)
    rest = quotient
  } while (rest > 0)
  if (value < 0) text[--p] = 45
  hashBytes(view, text, p, text.length, seed)
}

/** A 64-bit integer in two signed halves; exact beyond 2^53. */
export function hashInt64(high: number, low: number, seed: number): void {
  const value = high * 4294967296 + (low >>> 0)
  if (Number.isSafeInteger(value)) hashNumber(value, seed)
  else hashAscii(((BigInt(high) << 32n) | BigInt(low >>> 0)).toString(), seed)
}

export function hashBoolean(value: boolean, seed: number): void {
  hashAscii(value ? 'true' : 'false', seed)
}

/** At most 40 ASCII characters. */
function hashAscii(ascii: string, seed: number): void {
  for (let i = 0; i < ascii.length; i++) text[i] = ascii.charCodeAt(i)
  hashBytes(view, text, 0, ascii.length, seed)
}
