import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { TelltaleError } from '../../core/errors.ts'
import { type AllowListData, type AllowListInput, allowListSchema } from '../allow-list.ts'
import { parseRuleFile, type RuleFile } from './rule-file.ts'
import { type FolderRules, type OnRuleProblem, RuleFolder } from './rule-folder.ts'
import type { UserRule } from './user-rule.ts'

/** Looked for in the folder a scan starts in: rules and an allow list of the project. */
export const PROJECT_FILES = ['.telltale-scan.yaml', '.telltale-scan.yml', '.telltale-scan.toml'] as const

/** Where a user's rules live unless told otherwise. */
export const userRulesFolder = (env: NodeJS.ProcessEnv): string =>
  join(env['TELLTALE_HOME'] ?? join(homedir(), '.telltale'), 'rules.d')

/** Problems of a rule file as lines `FILE:LINE:COLUMN: what`. */
export const problemLines = (path: string, file: RuleFile): string[] =>
  file.problems.map((problem) => `${path}:${problem.line}:${problem.column}: ${problem.message}`)

/** @throws TelltaleError CONFIG_UNREADABLE, or CONFIG_INVALID with line and column of every problem */
export function readRuleFile(path: string): RuleFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new TelltaleError('CONFIG_UNREADABLE', `rule file ${path} cannot be read`)
  }
  const file = parseRuleFile(text, path)
  if (file.problems.length > 0) {
    throw new TelltaleError('CONFIG_INVALID', `rule file ${path} is not valid`, {
      detail: problemLines(path, file),
    })
  }
  return file
}

/** Several allow lists put together. */
export function joinAllowLists(lists: readonly AllowListInput[]): AllowListData {
  const all = lists.map((list) => allowListSchema.parse(list))
  return {
    regexes: all.flatMap((list) => list.regexes),
    lines: all.flatMap((list) => list.lines),
    paths: all.flatMap((list) => list.paths),
    rules: all.flatMap((list) => list.rules),
    fingerprints: all.flatMap((list) => list.fingerprints),
  }
}

export interface UserRulesAsked {
  /** Folder of rule files, or null for none. */
  readonly folder: string | null
  readonly files: readonly string[]
  /** Where the project's own file is looked for, or null. */
  readonly project: string | null
}

/** Rules and allow lists from everywhere a scan was told to look; of rules of one id the last file named counts. */
export function gatherUserRules(
  asked: UserRulesAsked,
  onProblem: OnRuleProblem,
): { readonly rules: readonly UserRule[]; readonly allow: AllowListData } {
  const rules = new Map<string, UserRule>()
  const allow: AllowListInput[] = []
  const take = (found: FolderRules): void => {
    for (const rule of found.rules) rules.set(rule.id, rule)
    allow.push(...found.allow)
  }
  if (asked.folder !== null) {
    const folder = new RuleFolder(asked.folder, onProblem)
    folder.refresh()
    take(folder.current())
  }
  const own = PROJECT_FILES.map((name) => join(asked.project ?? '', name)).filter((path) => existsSync(path))
  for (const path of [...(asked.project === null ? [] : own), ...asked.files]) {
    const file = readRuleFile(path)
    for (const warning of file.warnings) onProblem(`${path}: ${warning}`)
    take({ rules: file.rules, allow: file.allow === null ? [] : [file.allow] })
  }
  return { rules: [...rules.values()], allow: joinAllowLists(allow) }
}
