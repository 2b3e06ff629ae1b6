/** Protobuf by hand, for shapes no encoder writes. */
export function varint(value: number | bigint): Uint8Array {
  const out: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(out)
}

export const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** A length-delimited field. */
export function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return join(varint(number * 8 + 2), varint(bytes.length), bytes)
}

export const string = (value: string): Uint8Array => field(1, value)
export const keyValue = (key: string, anyValue: Uint8Array): Uint8Array =>
  join(field(1, key), field(2, anyValue))

/** A logs request of one scope. @param records bodies of LogRecord messages */
export const logs = (...records: readonly Uint8Array[]): Uint8Array =>
  field(1, field(2, join(...records.map((record) => field(2, record)))))
