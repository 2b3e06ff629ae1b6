/**
 * A seeded 64-bit hash of a byte span, left in two module variables so that no object is made.
 * The first half is MurmurHash3 x86-32 (A. Appleby, 2011), the second an independent multiply-rotate mix
 * over the same words; two equal spans always agree, two different ones agree with probability 2^-64.
 *
 * The tail is read byte by byte: nothing past `end` is touched.
 */

/** Halves of the last hash, signed 32-bit. Read at once after {@link hashBytes}. */
export let hashA = 0
export let hashB = 0

/**
 * @param view over the same buffer as `bytes`, same byteOffset
 * @param start first byte, @param end past the last byte
 * @param seed 32-bit; from the configuration or the snapshot, so that replay is exact
 */
export function hashBytes(view: DataView, bytes: Uint8Array, start: number, end: number, seed: number): void {
  const length = end - start
  let a = length ^ 0x9747b28c ^ seed
  let b = length ^ 0x85ebca6b ^ Math.imul(seed, 0x9e3779b1)
  let p = start
  const words = start + (length & ~3)
  for (; p < words; p += 4) {
    let k = Math.imul(view.getInt32(p, true), 0xcc9e2d51)
    k = (k << 15) | (k >>> 17)
    a ^= Math.imul(k, 0x1b873593)
    a = (a << 13) | (a >>> 19)
    a = (Math.imul(a, 5) + 0xe6546b64) | 0
    b = Math.imul(b ^ k, 0x9e3779b1)
    b = (b << 17) | (b >>> 15)
  }
  let tail = 0
  const rest = length & 3
  if (rest === 3) tail = bytes[p + 2]! << 16
  if (rest >= 2) tail |= bytes[p + 1]! << 8
  if (rest >= 1) {
    tail |= bytes[p]!
    let k = Math.imul(tail, 0xcc9e2d51)
    k = (k << 15) | (k >>> 17)
    a ^= Math.imul(k, 0x1b873593)
    b = Math.imul(b ^ k, 0x9e3779b1)
  }
  a ^= a >>> 16
  a = Math.imul(a, 0x85ebca6b)
  a ^= a >>> 13
  a = Math.imul(a, 0xc2b2ae35)
  hashA = a ^ (a >>> 16)
  b ^= b >>> 15
  b = Math.imul(b ^ a, 0x2c1b3c6d)
  b ^= b >>> 12
  b = Math.imul(b, 0x297a2d39)
  hashB = b ^ (b >>> 15)
}

/** Sets the halves to a hash that was computed before. */
export function setHash(a: number, b: number): void {
  hashA = a
  hashB = b
}

/** Hashes text the way {@link hashBytes} hashes its UTF-8 bytes; for constants from the configuration. */
export function hashText(text: string, seed: number): { readonly a: number; readonly b: number } {
  const bytes = new TextEncoder().encode(text)
  hashBytes(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes, 0, bytes.byteLength, seed)
  return { a: hashA, b: hashB }
}
