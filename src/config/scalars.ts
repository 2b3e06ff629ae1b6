import { z } from 'zod'

/** Scalars that users write with a unit. A codec takes `.prefault('1s')`: `.default()` drops it from JSON Schema. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1000,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
}

/** Milliseconds of `250ms`, `1.5s`, `5m`, `2h`, `7d`; null when it is none. */
export function parseDuration(text: string): number | null {
  const m = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim())
  return m === null ? null : Number(m[1]) * UNIT_MS[m[2]!]!
}

/** Bytes of `512B`, `64KiB`, `16MiB`, `1GB`; null when it is none. */
export function parseByteSize(text: string): number | null {
  const m = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|KiB|MiB|GiB)$/.exec(text.trim())
  return m === null ? null : Math.round(Number(m[1]) * UNIT_BYTES[m[2]!]!)
}

/** The shortest way to write it without a fraction: 60000 is `1m`. */
export function formatDuration(ms: number): string {
  return inLargestUnit(ms, Object.entries(UNIT_MS))
}

/** 16777216 is `16MiB`; what is no whole number of a binary unit stays in bytes. */
export function formatByteSize(bytes: number): string {
  return inLargestUnit(
    bytes,
    Object.entries(UNIT_BYTES).filter(([unit]) => unit === 'B' || unit.includes('i')),
  )
}

/** @param units ascending, the first one of size 1 */
function inLargestUnit(value: number, units: readonly (readonly [string, number])[]): string {
  const [unit, size] = units.findLast(([, each]) => value >= each && value % each === 0) ?? units[0]!
  return `${value / size}${unit}`
}

/** A duration such as `1s`, decoded to ms. */
export const duration = () =>
  z.codec(z.string(), z.number(), {
    decode: (text, ctx) => {
      const ms = parseDuration(text)
      if (ms !== null) return ms
      ctx.issues.push({
        code: 'custom',
        input: text,
        message: 'expected a duration such as 250ms, 10s, 5m, 2h or 7d',
      })
      return z.NEVER
    },
    encode: formatDuration,
  })

/** A size such as `16MiB`, decoded to bytes. */
export const byteSize = () =>
  z.codec(z.string(), z.number(), {
    decode: (text, ctx) => {
      const bytes = parseByteSize(text)
      if (bytes !== null) return bytes
      ctx.issues.push({
        code: 'custom',
        input: text,
        message: 'expected a size such as 512B, 64KiB, 16MiB or 1GB',
      })
      return z.NEVER
    },
    encode: formatByteSize,
  })

/** `host:port`, `[::1]:4318`, or `:4318` for every interface. */
export const listenAddress = () =>
  z.string().regex(/^(\[[0-9a-fA-F:]+\]|[^:\s[\]]*):\d{1,5}$/, 'expected host:port such as 127.0.0.1:4318')

/** Splits what {@link listenAddress} accepted. */
export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '')
  return { host: host === '' ? '0.0.0.0' : host, port: Number(address.slice(colon + 1)) }
}

/** A path to a file whose content is the secret, or an `${ENV}` reference resolved before; never printed. */
export const secretText = () => z.string().meta({ secret: true })
