/**
 * The delay a gRPC server asks for, from `grpc-status-details-bin`:
 *
 *   google.rpc.Status   { code = 1, message = 2, repeated Any details = 3 }
 *   Any                 { type_url = 1, value = 2 }
 *   google.rpc.RetryInfo{ Duration retry_delay = 1 }      Duration { seconds = 1, nanos = 2 }
 */

interface Field {
  readonly number: number
  readonly bytes: Buffer
  readonly value: number
}

/** Fields of a message; stops at the first byte that is no field. Varints above 2^53 lose precision. */
function fieldsOf(message: Buffer): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    let scale = 1
    for (let i = 0; i < 10 && at < message.length; i++) {
      const byte = message[at++]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    at = message.length + 1
    return Number.NaN
  }
  while (at < message.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    if (tag % 8 === 0) fields.push({ number, bytes: Buffer.alloc(0), value: varint() })
    else if (tag % 8 === 2) {
      const length = varint()
      fields.push({ number, bytes: message.subarray(at, at + length), value: Number.NaN })
      at += length
    } else break
  }
  return fields
}

/** ms, or null when the server did not say. */
export function retryDelayMs(detailsBin: string | string[] | undefined): number | null {
  if (typeof detailsBin !== 'string') return null
  for (const detail of fieldsOf(Buffer.from(detailsBin, 'base64')).filter((f) => f.number === 3)) {
    const any = fieldsOf(detail.bytes)
    const type = any.find((f) => f.number === 1)?.bytes.toString() ?? ''
    const info = any.find((f) => f.number === 2)
    if (!type.endsWith('/google.rpc.RetryInfo') || info === undefined) continue
    const delay = fieldsOf(info.bytes).find((f) => f.number === 1)
    if (delay === undefined) continue
    const parts = fieldsOf(delay.bytes)
    const seconds = parts.find((f) => f.number === 1)?.value ?? 0
    const nanos = parts.find((f) => f.number === 2)?.value ?? 0
    const ms = seconds * 1000 + nanos / 1e6
    if (Number.isFinite(ms)) return ms
  }
  return null
}
