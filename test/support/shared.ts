import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The folder with data that must not be copied into the repository; null where there is none. */
export function sharedDir(): string | null {
  const dir = process.env['TELLTALE_SHARED'] ?? join(import.meta.dirname, '../../../shared')
  return existsSync(dir) ? dir : null
}
