import { readFileSync } from 'node:fs'

/** Version of the package; src/ and dist/ lie equally deep below package.json. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version
