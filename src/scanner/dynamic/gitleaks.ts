import { RE2JS } from 're2js'
import { requiredLiterals } from './required-literal.ts'

/** A gitleaks configuration has `regex` where ours has `pattern`, or an allow list of its name. */
export function isGitleaks(table: Record<string, unknown>): boolean {
  const { rules } = table
  const first: unknown = Array.isArray(rules) ? rules[0] : undefined
  if (
    typeof first === 'object' &&
    first !== null &&
    ('regex' in first || ('path' in first && !('pattern' in first)))
  )
    return true
  return 'allowlist' in table || 'allowlists' in table || 'extend' in table
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

const compiles = (pattern: string): boolean => {
  try {
    RE2JS.compile(pattern)
    return true
  } catch {
    return false
  }
}

interface Converted {
  readonly rules: unknown
  readonly allow: unknown
  readonly warnings: readonly string[]
}

/**
 * Rules and the global allow list of a gitleaks configuration, in our form. What has no place here (rules on paths
 * alone, allow lists of single rules) is said in a warning.
 */
export function convertGitleaks(table: Record<string, unknown>): Converted {
  const warnings: string[] = []
  const rules: unknown[] = []
  const given = Array.isArray(table['rules']) ? table['rules'] : []
  for (const [i, value] of given.entries()) {
    const rule = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
    const id = typeof rule['id'] === 'string' ? rule['id'] : `rule ${i + 1}`
    if (typeof rule['regex'] !== 'string') {
      warnings.push(`${id}: has no regex and is left out`)
      continue
    }
    if ('allowlist' in rule || 'allowlists' in rule) warnings.push(`${id}: its own allow list is left out`)
    if ('path' in rule) warnings.push(`${id}: runs on every path`)
    const keywords = strings(rule['keywords']).filter((keyword) => keyword.length >= 3)
    if (keywords.length === 0 && requiredLiterals(rule['regex']) === null) {
      warnings.push(`${id}: has no keyword of three characters and is left out`)
      continue
    }
    rules.push({
      id: rule['id'],
      pattern: rule['regex'],
      severity: 'mortal',
      description:
        typeof rule['description'] === 'string' && rule['description'] !== '' ? rule['description'] : id,
      // gitleaks compares keywords in any case.
      ...(keywords.length > 0 ? { keywords, keywordsIgnoreCase: true } : {}),
      ...(typeof rule['secretGroup'] === 'number' ? { secretGroup: rule['secretGroup'] } : {}),
      ...(typeof rule['entropy'] === 'number' ? { minEntropy: rule['entropy'] } : {}),
      provider: 'gitleaks',
    })
  }
  return { rules, allow: convertAllow(table, warnings), warnings }
}

function convertAllow(table: Record<string, unknown>, warnings: string[]): unknown {
  const lists = [
    table['allowlist'],
    ...(Array.isArray(table['allowlists']) ? table['allowlists'] : []),
  ].filter((list): list is Record<string, unknown> => typeof list === 'object' && list !== null)
  if (lists.length === 0) return undefined
  const regexes: string[] = []
  const lines: string[] = []
  for (const list of lists) {
    const into = list['regexTarget'] === 'line' || list['regexTarget'] === 'match' ? lines : regexes
    into.push(...strings(list['regexes']).filter(compiles))
    regexes.push(...strings(list['stopwords']).map((word) => `(?i)${RE2JS.quote(word)}`))
    if (strings(list['paths']).length > 0)
      warnings.push('allow list: patterns of paths are left out; name paths as in .gitignore')
    if (strings(list['commits']).length > 0) warnings.push('allow list: commits are left out')
  }
  return { regexes, lines }
}
