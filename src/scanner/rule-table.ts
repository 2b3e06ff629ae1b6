import { builtinRuleData } from './builtin-rules.ts'
import type { Rule } from './rule.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')
/** Keywords of many siblings (`SK0` to `SKf`) are cut. */
const MAX_KEYWORDS = 4

function keywordsOf(rule: Rule): string {
  const shown = rule.keywords.slice(0, MAX_KEYWORDS).map((keyword) => `\`${cell(keyword)}\``)
  const left = rule.keywords.length - shown.length
  return shown.join(' ') + (left > 0 ? ` and ${left} more` : '')
}

const row = (rule: Rule): string =>
  `| \`${rule.id}\` | ${cell(rule.description)} | ${rule.severity} | ${keywordsOf(rule)} | ${rule.validator ?? ''} |`

/** The reference page of built-in rules, `docs/rules.md`; written by `npm run docs:rules`, a test checks that it is current. */
export function ruleTable(): string {
  const rules = builtinRuleData()
  const providers = [...new Set(rules.map((rule) => rule.provider))].sort((a, b) => a.localeCompare(b, 'en'))
  const kinds = rules.filter((rule) => !rule.personal).length
  const lines = [
    '# Built-in rules',
    '',
    `${kinds} kinds of credentials, and ${rules.length - kinds} kinds of personal data that are off unless asked for. ` +
      'Generated from `src/scanner/rules/*.json` by `npm run docs:rules`; do not edit.',
    '',
    '**mortal**: whoever holds it can act. **venial**: it identifies, is limited, encrypted or for tests; or it is personal data.',
    'A validator lowers or raises the confidence and never decides alone.',
  ]
  for (const provider of providers) {
    lines.push(
      '',
      `## ${provider}`,
      '',
      '| rule | what | severity | keywords | validator |',
      '|---|---|---|---|---|',
    )
    lines.push(...rules.filter((rule) => rule.provider === provider).map(row))
  }
  return `${lines.join('\n')}\n`
}
