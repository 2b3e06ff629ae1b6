import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'

export const IGNORE_FILES = ['.gitignore', '.telltaleignore'] as const

/** Folders nobody wants read: git's own data and our cache. */
const NEVER = new Set(['.git', '.telltale-cache'])

/** The rules of the ignore files of one folder, and of those above it. A deeper folder's rules win. */
export class IgnoreRules {
  readonly #folder: string
  readonly #rules: Ignore | null
  readonly #above: IgnoreRules | null

  private constructor(folder: string, rules: Ignore | null, above: IgnoreRules | null) {
    this.#folder = folder
    this.#rules = rules
    this.#above = above
  }

  /** @param names which ignore files count; @param above rules of the folder that holds this one */
  static of(folder: string, names: readonly string[], above: IgnoreRules | null): IgnoreRules {
    let rules: Ignore | null = null
    for (const name of names) {
      const text = readText(join(folder, name))
      if (text !== null) rules = (rules ?? ignore({ allowRelativePaths: true })).add(text)
    }
    return rules === null && above !== null ? above : new IgnoreRules(folder, rules, above)
  }

  /** @param path within this folder; @param folder whether it is one itself */
  ignores(path: string, folder: boolean): boolean {
    for (let level: IgnoreRules | null = this; level !== null; level = level.#above) {
      if (level.#rules === null) continue
      const inside = relative(level.#folder, path).split(sep).join('/')
      if (!ignore.isPathValid(inside)) continue
      const verdict = level.#rules.test(folder ? `${inside}/` : inside)
      if (verdict.ignored) return true
      if (verdict.unignored) return false
    }
    return false
  }
}

export const neverWalked = (name: string): boolean => NEVER.has(name)

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
