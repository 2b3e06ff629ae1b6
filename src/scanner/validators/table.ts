import type { Validator } from '../rule.ts'
import { crc32Base62 } from './crc32-base62.ts'

/** Validators by the name rules use. */
export const VALIDATORS: Readonly<Record<string, Validator>> = {
  'crc32-base62': crc32Base62,
}
