import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LabelledLine } from '../generate.ts'

/** What an author's program writes. */
interface AuthorsLine {
  readonly line: string
  readonly secrets: LabelledLine['secrets']
  readonly group?: 'generic' | 'prefixed' | 'words'
  /** Of a line without a secret. */
  readonly class?: string
  readonly ctx: string
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/**
 * Corpora by authors who had seen issue 6's words and the form of its data, but nothing of the scanner, its rules or its
 * other corpora. Their programs are kept as they wrote them, and so not formatted.
 * @returns lines by author, `author a` and so on
 */
export function independentLines(seed: number): LabelledLine[] {
  const folder = import.meta.dirname
  const programs = readdirSync(folder).filter((name) => name.startsWith('author-'))
  return programs.sort().flatMap((name) =>
    execFileSync(process.execPath, [join(folder, name), String(seed)], { maxBuffer: MAX_OUTPUT_BYTES })
      .toString('utf8')
      .split('\n')
      .filter((text) => text !== '')
      .map((text): LabelledLine => {
        const { line, secrets, group, class: kind, ctx } = JSON.parse(text) as AuthorsLine
        return {
          line,
          secrets,
          making: `author ${name['author-'.length]}`,
          part: 'kept',
          value: group === undefined ? 'benign' : group === 'words' ? 'words' : 'key',
          template: kind ?? ctx,
        }
      }),
  )
}
