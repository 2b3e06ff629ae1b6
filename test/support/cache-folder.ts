import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where peers that were built or fetched once are kept, outside the tree, for tests and benchmarks. */
export const CACHE_FOLDER =
  process.env['TELLTALE_CACHE'] ||
  join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'telltale')
