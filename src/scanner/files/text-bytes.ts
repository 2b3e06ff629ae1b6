/** Bytes looked at to tell text from binary, as git does. */
const PROBE_BYTES = 8000

export type TextKind = 'utf8' | 'utf16le' | 'utf16be' | 'binary'

/** Tells text from binary by a byte-order mark, else by a NUL within the first bytes. */
export function kindOfText(bytes: Uint8Array): TextKind {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf16be'
  return bytes.subarray(0, PROBE_BYTES).includes(0) ? 'binary' : 'utf8'
}

/** UTF-16 becomes UTF-8, so that one engine reads it; lines and columns stay the same. Other bytes stay as they are. */
export function textOf(bytes: Uint8Array, kind: TextKind): Uint8Array {
  if (kind !== 'utf16le' && kind !== 'utf16be') return bytes
  const label = kind === 'utf16le' ? 'utf-16le' : 'utf-16be'
  return new TextEncoder().encode(new TextDecoder(label).decode(bytes))
}
