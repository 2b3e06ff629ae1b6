import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { TelltaleError } from '../../core/errors.ts'

/**
 * Bearer tokens a client may show. Only their SHA-256 digests are kept, and a digest is what is looked up, so the time
 * a look-up takes says nothing about a token.
 */
export class BearerTokens {
  readonly #digests: ReadonlySet<string>

  constructor(tokens: readonly string[]) {
    this.#digests = new Set(tokens.map((token) => hash('sha256', token)))
  }

  /** @param authorization the header or metadata value */
  accepts(authorization: string | undefined): boolean {
    if (authorization === undefined) return false
    const match = /^bearer +(\S+)$/i.exec(authorization)
    return match !== null && this.#digests.has(hash('sha256', match[1]!))
  }

  /**
   * One token a line; blank lines and `#` comments are skipped.
   * @param configPath named in the error
   * @throws TelltaleError CONFIG_INVALID
   */
  static fromFile(file: string, configPath: string): BearerTokens {
    const tokens = readConfigured(file, configPath)
      .toString('utf8')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
    if (tokens.length === 0) throw invalid(`${configPath}: the file holds no token`)
    return new BearerTokens(tokens)
  }
}

/** Reads a file the configuration names. @throws TelltaleError CONFIG_INVALID naming `configPath` */
export function readConfigured(file: string, configPath: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw invalid(`${configPath}: cannot read ${file} (${code})`)
  }
}

export const invalid = (problem: string): TelltaleError =>
  new TelltaleError('CONFIG_INVALID', problem, { detail: [problem] })
