import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AllowListInput } from '../allow-list.ts'
import { MAX_RULE_FILE_BYTES, parseRuleFile, type RuleFile } from './rule-file.ts'
import type { UserRule } from './user-rule.ts'

/** Everything the folder's files say, put together. */
export interface FolderRules {
  readonly rules: readonly UserRule[]
  readonly allow: readonly AllowListInput[]
}

/** `FILE:LINE:COLUMN: what`, or a warning. */
export type OnRuleProblem = (message: string) => void

interface Known {
  /** Size, times and inode: changes when the file does. */
  readonly stamp: string
  readonly good: RuleFile | null
}

const MAX_FILES = 500

/**
 * The rules of a folder of `.toml` and `.yaml` files. Each look compares what is there with what was seen, through
 * links: a file added, changed or removed, and a folder swapped by re-pointing a link (as Kubernetes does) all show. A
 * file that does not read is told with line and column, and its last good rules stay in force.
 */
export class RuleFolder {
  readonly folder: string
  readonly #onProblem: OnRuleProblem
  #known = new Map<string, Known>()
  #stamp = ''

  constructor(folder: string, onProblem: OnRuleProblem) {
    this.folder = folder
    this.#onProblem = onProblem
  }

  /** Looks again. @returns whether the rules in force may have changed */
  refresh(): boolean {
    const seen = this.#look()
    const stamp = [...seen].map(([name, at]) => `${name}\u0000${at}`).join('\u0001')
    if (stamp === this.#stamp) return false
    this.#stamp = stamp
    const now = new Map<string, Known>()
    for (const [name, at] of seen) {
      const before = this.#known.get(name)
      now.set(
        name,
        before?.stamp === at ? before : { stamp: at, good: this.#read(name) ?? before?.good ?? null },
      )
    }
    this.#known = now
    return true
  }

  /** What is in force; of rules of one id in two files the first, by the files' names, counts. */
  current(): FolderRules {
    const rules = new Map<string, UserRule>()
    const allow: AllowListInput[] = []
    for (const [name, { good }] of this.#known) {
      if (good === null) continue
      for (const rule of good.rules) {
        if (rules.has(rule.id))
          this.#onProblem(`${join(this.folder, name)}: rule ${rule.id} stands in another file too`)
        else rules.set(rule.id, rule)
      }
      if (good.allow !== null) allow.push(good.allow)
    }
    return { rules: [...rules.values()], allow }
  }

  /** Looks every `everyMs` until the signal; tells what is in force after each change. */
  async watch(everyMs: number, signal: AbortSignal, onChange: (rules: FolderRules) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        await sleep(everyMs, undefined, { signal, ref: false })
      } catch {
        return
      }
      if (this.refresh()) onChange(this.current())
    }
  }

  /** Names of rule files and what tells one state of them from another. */
  #look(): Map<string, string> {
    const seen = new Map<string, string>()
    let names: string[]
    try {
      names = readdirSync(this.folder).filter((name) => /^[^.].*\.(?:toml|ya?ml)$/.test(name))
    } catch {
      return seen
    }
    for (const name of names.sort().slice(0, MAX_FILES)) {
      const path = join(this.folder, name)
      try {
        const info = statSync(path)
        if (!info.isFile()) continue
        seen.set(name, `${realpathSync(path)} ${info.size} ${info.mtimeMs} ${info.ctimeMs} ${info.ino}`)
      } catch {
        // Removed between the two looks: the next one sees that.
      }
    }
    return seen
  }

  #read(name: string): RuleFile | null {
    const path = join(this.folder, name)
    let text: string
    try {
      if (statSync(path).size > MAX_RULE_FILE_BYTES) throw new RangeError('too large')
      text = readFileSync(path, 'utf8')
    } catch {
      this.#onProblem(`${path}: cannot be read`)
      return null
    }
    const file = parseRuleFile(text, name)
    for (const warning of file.warnings) this.#onProblem(`${path}: ${warning}`)
    for (const problem of file.problems) {
      this.#onProblem(`${path}:${problem.line}:${problem.column}: ${problem.message}`)
    }
    return file.problems.length > 0 ? null : file
  }
}
