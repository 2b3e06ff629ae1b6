import { readFile } from 'node:fs/promises'
import { TelltaleError } from '../../core/errors.ts'

/** A secret given as text or as a file; files are read anew each time, so that rotating them needs no restart. */
export class SecretSource {
  readonly #text: string | undefined
  readonly #path: string | undefined

  constructor(text: string | undefined, path: string | undefined) {
    this.#text = text
    this.#path = path
  }

  get given(): boolean {
    return this.#text !== undefined || this.#path !== undefined
  }

  /** @returns the secret without surrounding white space, or null when none is configured; throws SINK_FAILED */
  async read(): Promise<string | null> {
    if (this.#path === undefined) return this.#text?.trim() ?? null
    try {
      return (await readFile(this.#path, 'utf8')).trim()
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
      throw new TelltaleError('SINK_FAILED', `a file of a credential or address cannot be read: ${code}`)
    }
  }
}
