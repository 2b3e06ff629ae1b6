import { type Random, seededRandom } from '../core/clock.ts'
import { expandTemplate } from './example-template.ts'
import type { CompiledRule, Rule, RuleMatch } from './rule.ts'

/** What the engine does with one rule: its pattern runs wherever one of its keywords stands. */
export function firstMatch(rule: CompiledRule, text: string): RuleMatch | null {
  const hay = rule.ignoreCase ? text.toLowerCase() : text
  for (const keyword of rule.keywords) {
    const needle = rule.ignoreCase ? keyword.toLowerCase() : keyword
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
      const match = rule.match(text, at)
      if (match !== null) return match
    }
  }
  return null
}

export interface ExampleFailure {
  readonly rule: string
  readonly example: string
  readonly wanted: 'found' | 'left alone'
}

/** Runs a built-in rule's templates, each filled with several seeds; a secret must cover what was generated. */
export function builtinFailures(
  rule: Rule,
  compiled: CompiledRule,
  seeds: readonly number[],
): ExampleFailure[] {
  const out = new Map<string, ExampleFailure>()
  const tell = (example: string, wanted: ExampleFailure['wanted']) =>
    out.set(`${wanted} ${example}`, { rule: rule.id, example, wanted })
  const fill = (template: string, random: Random) => expandTemplate(template, random)
  for (const seed of seeds) {
    for (const template of rule.examples.true) {
      const { text, start, end } = fill(template, seededRandom(seed))
      const match = firstMatch(compiled, text)
      if (match === null || match.secretStart > start || match.secretEnd < end) tell(template, 'found')
    }
    for (const template of rule.examples.false) {
      if (firstMatch(compiled, fill(template, seededRandom(seed)).text) !== null) tell(template, 'left alone')
    }
  }
  return [...out.values()]
}

/** Runs the examples of a user's rule as they stand. */
export function userFailures(
  examples: { readonly true: readonly string[]; readonly false: readonly string[] },
  compiled: CompiledRule,
): ExampleFailure[] {
  const failing = (
    list: readonly string[],
    wanted: ExampleFailure['wanted'],
    found: boolean,
  ): ExampleFailure[] =>
    list
      .filter((example) => (firstMatch(compiled, Buffer.from(example).toString('latin1')) !== null) !== found)
      .map((example) => ({ rule: compiled.id, example, wanted }))
  return [...failing(examples.true, 'found', true), ...failing(examples.false, 'left alone', false)]
}
