import { parse as parseToml, TomlError } from 'smol-toml'
import { isMap, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml'
import type { z } from 'zod'
import { type AllowListInput, allowListSchema } from '../allow-list.ts'
import { convertGitleaks, isGitleaks } from './gitleaks.ts'
import { type UserRule, userRuleSchema } from './user-rule.ts'

/** What is wrong, and where; lines and columns are 1-based. */
export interface RuleFileProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

export interface RuleFile {
  readonly rules: readonly UserRule[]
  readonly allow: AllowListInput | null
  readonly problems: readonly RuleFileProblem[]
  /** What could be read but not kept as it was, e.g. parts of a gitleaks rule. */
  readonly warnings: readonly string[]
}

export const MAX_RULE_FILE_BYTES = 1024 * 1024
const MAX_RULES = 2000

type Place = { readonly line: number; readonly column: number }
/** Where in the text the value at a path stands. */
type Locate = (path: readonly PropertyKey[]) => Place

const START: Place = { line: 1, column: 1 }
const bad = (problems: readonly RuleFileProblem[]): RuleFile => ({
  rules: [],
  allow: null,
  problems,
  warnings: [],
})

/** @param name its ending says the language: .toml, .yaml or .yml */
export function parseRuleFile(text: string, name: string): RuleFile {
  if (text.length > MAX_RULE_FILE_BYTES) return bad([{ ...START, message: 'is larger than 1 MiB' }])
  return name.endsWith('.toml') ? fromToml(text) : fromYaml(text)
}

function fromToml(text: string): RuleFile {
  let values: unknown
  try {
    values = parseToml(text)
  } catch (error) {
    if (error instanceof TomlError) {
      return bad([{ line: error.line, column: error.column, message: error.message.split('\n')[0]! }])
    }
    return bad([{ ...START, message: 'is no TOML' }])
  }
  return fromValues(values, (path) => locateInToml(text, path))
}

function fromYaml(text: string): RuleFile {
  const counter = new LineCounter()
  const document = parseDocument(text, { logLevel: 'error', lineCounter: counter, prettyErrors: false })
  const place = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  if (document.errors.length > 0) {
    return bad(
      document.errors.map((error) => ({ ...place(error.pos[0]), message: error.message.split('\n')[0]! })),
    )
  }
  let values: unknown
  try {
    // Aliases that multiply are refused.
    values = document.toJS({ maxAliasCount: 100 })
  } catch {
    return bad([{ ...START, message: 'has too many aliases' }])
  }
  return fromValues(values, (path) => {
    const range = nodeAt(document.contents, path)?.range
    return range === undefined || range === null ? START : place(range[0])
  })
}

/** The deepest node on the way to a path. */
function nodeAt(root: ParsedNode | null, path: readonly PropertyKey[]): Node | null {
  let node: Node | null = root
  for (const key of path) {
    let next: unknown = null
    if (isMap(node)) next = node.items.find((item) => String(item.key) === String(key))?.value
    else if (isSeq(node)) next = node.items[Number(key)]
    if (next === null || next === undefined) break
    node = next as Node
  }
  return node
}

/** A text as a regular expression that matches it alone. */
const literal = (text: string): string =>
  text.replace(/[^A-Za-z0-9_ -]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)

/** smol-toml keeps no positions, so the text is searched: the n-th header of a table, then the key below it. */
function locateInToml(text: string, path: readonly PropertyKey[]): Place {
  const lines = text.split('\n')
  const [table, index] = path
  const header = typeof index === 'number' ? '\\[\\[' : '\\['
  const opening = new RegExp(`^\\s*${header}\\s*${literal(String(table))}\\s*\\]`, 'u')
  const wanted = typeof index === 'number' ? index : 0
  let seen = -1
  const from = Math.max(
    0,
    lines.findIndex((line) => opening.test(line) && ++seen === wanted),
  )
  const key = path.findLast((part) => typeof part === 'string')
  if (key === undefined || (path.length > 1 && key === table)) return { line: from + 1, column: 1 }
  const pattern = new RegExp(`^(\\s*)["']?${literal(key)}["']?\\s*[=.]`, 'u')
  for (let i = from; i < lines.length; i++) {
    if (i > from && /^\s*\[\[/.test(lines[i]!)) break
    const found = pattern.exec(lines[i]!)
    if (found !== null) return { line: i + 1, column: found[1]!.length + 1 }
  }
  return { line: from + 1, column: 1 }
}

/** One rule at the top, or a list named `rules`, ours or gitleaks'; and an allow list. */
function fromValues(values: unknown, locate: Locate): RuleFile {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    return bad([{ ...START, message: 'expected a rule, or a list named rules' }])
  }
  const table = values as Record<string, unknown>
  if (isGitleaks(table)) return check(convertGitleaks(table), locate)
  if ('rules' in table || 'allow' in table) {
    const unknown = Object.keys(table).find((key) => key !== 'rules' && key !== 'allow')
    if (unknown !== undefined)
      return bad([{ ...locate([unknown]), message: `${unknown}: is not known here` }])
    return check({ rules: table['rules'] ?? [], allow: table['allow'], warnings: [] }, locate)
  }
  return check({ rules: [table], allow: undefined, warnings: [] }, (path) => locate(path.slice(2)))
}

interface Unchecked {
  readonly rules: unknown
  readonly allow: unknown
  readonly warnings: readonly string[]
}

function check({ rules, allow, warnings }: Unchecked, locate: Locate): RuleFile {
  const problems: RuleFileProblem[] = []
  const tell = (error: z.ZodError, at: readonly PropertyKey[]): void => {
    for (const issue of error.issues) {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
      const path = [...at, ...issue.path, ...unknown]
      const shown = issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
      problems.push({ ...locate(path), message: shown + issue.message })
    }
  }
  if (!Array.isArray(rules)) return bad([{ ...locate(['rules']), message: 'rules: expected a list' }])
  if (rules.length > MAX_RULES)
    return bad([{ ...locate(['rules']), message: `more than ${MAX_RULES} rules` }])
  const out: UserRule[] = []
  const seen = new Set<string>()
  for (const [i, value] of rules.entries()) {
    const parsed = userRuleSchema.safeParse(value)
    if (!parsed.success) tell(parsed.error, ['rules', i])
    else if (seen.has(parsed.data.id)) {
      problems.push({ ...locate(['rules', i, 'id']), message: `id: ${parsed.data.id} stands here twice` })
    } else {
      seen.add(parsed.data.id)
      out.push(parsed.data)
    }
  }
  const list = allow === undefined ? null : allowListSchema.safeParse(allow)
  if (list !== null && !list.success) tell(list.error, ['allow'])
  if (problems.length > 0) return bad(problems)
  return { rules: out, allow: list?.success === true ? list.data : null, problems, warnings }
}
