import { RE2JS } from 're2js'
import type { CompiledRule, RuleMatch } from '../rule.ts'
import { VALIDATORS } from '../validators/table.ts'
import { requiredLiterals } from './required-literal.ts'
import type { UserRule } from './user-rule.ts'

const BEFORE_BYTES = 256
const MAX_BYTES = 2048
/** A pattern that matches everywhere is given up on in a window after this many matches. */
const MAX_TRIES = 64

/** The group that marks the secret: as said, else the one named `secret`, else the only one, else the whole match. */
function secretGroupOf(rule: UserRule, re: RE2JS): number {
  if (rule.secretGroup !== undefined) return Math.min(rule.secretGroup, re.groupCount())
  return re.namedGroups()['secret'] ?? (re.groupCount() === 1 ? 1 : 0)
}

/** Makes a user's rule ready to run. Linear in the window, whatever the pattern. */
export function compileUserRule(rule: UserRule, origin: string): CompiledRule {
  const re = RE2JS.compile(rule.pattern, rule.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  const group = secretGroupOf(rule, re)
  const literals = rule.keywords.length > 0 ? null : requiredLiterals(rule.pattern)
  const ignoreCase = rule.ignoreCase || rule.keywordsIgnoreCase || literals?.ignoreCase === true
  const validator = rule.validator === undefined ? null : (VALIDATORS[rule.validator] ?? null)

  /** The match that covers the keyword; where the user gave keywords, else the first one near it. */
  const match = (text: string, keywordAt: number): RuleMatch | null => {
    const shift = Math.max(0, keywordAt - BEFORE_BYTES)
    const matcher = re.matcher(text.slice(shift, keywordAt + MAX_BYTES))
    let near: RuleMatch | null = null
    for (let tries = 0; tries < MAX_TRIES && matcher.find(); tries++) {
      const start = matcher.start() + shift
      const end = matcher.end() + shift
      if (start === end) continue
      const inGroup = group > 0 && matcher.start(group) >= 0
      const found: RuleMatch = {
        start,
        end,
        secretStart: inGroup ? matcher.start(group) + shift : start,
        secretEnd: inGroup ? matcher.end(group) + shift : end,
      }
      if (start <= keywordAt && keywordAt < end) return found
      near ??= found
      if (start > keywordAt) break
    }
    return literals === null ? near : null
  }

  return {
    id: rule.id,
    description: rule.description,
    severity: rule.severity,
    provider: rule.provider,
    keywords: literals?.literals ?? rule.keywords,
    ignoreCase,
    beforeBytes: BEFORE_BYTES,
    maxBytes: MAX_BYTES,
    minEntropy: rule.minEntropy,
    validator,
    personal: false,
    origin,
    match,
  }
}
