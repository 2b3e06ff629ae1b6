import { leftBoundary } from './left-boundary.ts'
import { fillFragments } from './pattern-fragments.ts'
import type { CompiledRule, Rule, RuleMatch, Validator } from './rule.ts'

const QUOTES = `(?:["'\\\\\`]|%22|&quot;)`
/** From the end of a name's keyword to its value: rest of the name, quotes, operator, quotes, scheme. */
const ASSIGNMENT =
  `[\\w.-]{0,32}(?:${QUOTES}|[\\])]){0,4}\\s{0,8}(?:=>|:=|={1,2}|[:>,]|%3[ADad])\\s{0,8}${QUOTES}{0,4}` +
  `(?:(?:[Bb]earer|[Bb]asic|[Tt]oken|SSWS)\\s{1,2})?`

const escapeRegex = (literal: string): string => literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

/** The regular expression of a rule as it runs, with its flags: what `compileRule` uses, and the ReDoS test. */
export function ruleRegex(rule: Rule): RegExp {
  const names = rule.keywords.map(escapeRegex).join('|')
  const pattern = fillFragments(rule.pattern)
  const source =
    rule.anchor === 'assigned' ? `(?:${names})${ASSIGNMENT}(?<secret>${pattern})(?![A-Za-z0-9])` : pattern
  return new RegExp(source, `${rule.anchor === 'around' ? 'g' : 'y'}${rule.ignoreCase ? 'i' : ''}`)
}

/**
 * Where in a match its secret begins. What a pattern has after its secret either is no part of the match, or ends it
 * otherwise than secrets end; to ask the engine for the places of groups takes several times the time.
 */
export const secretIndex = (match: string, secret: string): number =>
  match.endsWith(secret) ? match.length - secret.length : match.indexOf(secret)

const spanOf = (found: RegExpExecArray, shift: number): RuleMatch => {
  const match = found[0]
  const secret = found.groups?.['secret'] ?? match
  const start = found.index + shift
  const secretStart = start + secretIndex(match, secret)
  return { start, end: start + match.length, secretStart, secretEnd: secretStart + secret.length }
}

/** A matcher whose pattern begins at the keyword. */
function matchAt(re: RegExp, boundary: boolean): CompiledRule['match'] {
  return (text, keywordAt) => {
    if (boundary && !leftBoundary(text, keywordAt)) return null
    re.lastIndex = keywordAt
    const found = re.exec(text)
    return found === null ? null : spanOf(found, 0)
  }
}

/** A matcher that searches a bounded window; a match must cover the keyword's first byte. */
function matchAround(re: RegExp, rule: Rule): CompiledRule['match'] {
  return (text, keywordAt) => {
    // One more character on the left lets a look-behind see what stands before the window.
    const from = Math.max(0, keywordAt - rule.beforeBytes)
    const shift = Math.max(0, from - 1)
    const window = text.slice(shift, keywordAt + rule.maxBytes)
    re.lastIndex = from - shift
    for (let found = re.exec(window); found !== null; found = re.exec(window)) {
      const span = spanOf(found, shift)
      if (span.start > keywordAt) return null
      if (span.end > keywordAt && (rule.boundary !== true || leftBoundary(text, span.start))) return span
      re.lastIndex = found.index + 1
    }
    return null
  }
}

/** Makes a built-in rule ready to run. @throws SyntaxError when the pattern is no regular expression */
export function compileRule(rule: Rule, validator: Validator | null, origin = 'built-in'): CompiledRule {
  const re = ruleRegex(rule)
  const around = rule.anchor === 'around'
  return {
    id: rule.id,
    description: rule.description,
    severity: rule.severity,
    provider: rule.provider,
    keywords: rule.keywords,
    ignoreCase: rule.ignoreCase,
    beforeBytes: around ? rule.beforeBytes : 0,
    maxBytes: rule.maxBytes,
    minEntropy: rule.minEntropy,
    validator,
    personal: rule.personal,
    origin,
    match: around ? matchAround(re, rule) : matchAt(re, rule.boundary ?? true),
  }
}
