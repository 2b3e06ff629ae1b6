import type { Surroundings } from './stages.ts'

/** Where the bytes come from. */
export interface ScanContext extends Surroundings {
  /** Name of the attribute or field whose value the bytes are, or null: `db.password` makes them a password. */
  readonly name: string | null
}

export const LOG_CONTEXT: ScanContext = { name: null, format: 'log', testFile: false }
