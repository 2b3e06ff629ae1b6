import { compileRule } from './compile-rule.ts'
import { type CompiledRule, type Rule, ruleFileSchema } from './rule.ts'
import { RULE_FILES } from './rules/index.ts'
import { VALIDATORS } from './validators/table.ts'

/** Every built-in rule as data, in the order of the files. @throws ZodError when a file is not as the schema says */
export function builtinRuleData(): readonly Rule[] {
  return RULE_FILES.flatMap((file) => ruleFileSchema.parse(file).rules)
}

/** Built-in rules ready to run. Rules for personal data only when asked for. */
export function builtinRules(options: { readonly personal?: boolean } = {}): readonly CompiledRule[] {
  return builtinRuleData()
    .filter((rule) => options.personal === true || !rule.personal)
    .map((rule) =>
      compileRule(rule, rule.validator === undefined ? null : (VALIDATORS[rule.validator] ?? null)),
    )
}
