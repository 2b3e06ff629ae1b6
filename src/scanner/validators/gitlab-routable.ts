import { crc32 } from 'node:zlib'
import type { Validator } from '../rule.ts'

const CRC_CHARACTERS = 7
const LENGTH_CHARACTERS = 2

/**
 * Routable tokens: `glpat-<payload>.<version>.<payload length, base 36, 2><CRC-32 of all before it, base 36, 7>`.
 * Source: GitLab handbook, cells, "Routable tokens". Shorter tokens have no checksum; a mismatch stays unknown,
 * because the handbook leaves room for other versions.
 */
export const gitlabRoutable: Validator = (text) => {
  const dot = text.lastIndexOf('.')
  if (dot < 0) return 'unknown'
  const tail = text.slice(dot + 1)
  if (!/^[0-9a-z]{9}$/.test(tail)) return 'unknown'
  const body = text.slice(0, dot + 1 + LENGTH_CHARACTERS)
  return Number.parseInt(tail.slice(-CRC_CHARACTERS), 36) === crc32(body) ? 'valid' : 'unknown'
}
