import type { AllowListData, AllowListInput } from './allow-list.ts'
import { builtinRules } from './builtin-rules.ts'
import type { ScannerConfig } from './config.ts'
import { compileUserRule } from './dynamic/compile-user-rule.ts'
import type { UserRule } from './dynamic/user-rule.ts'
import { joinAllowLists } from './dynamic/user-rules.ts'
import type { CompiledRule } from './rule.ts'

/**
 * Built-in rules, those of the configuration and those of files; a later one takes the place of an earlier one of its
 * name.
 */
export function rulesInForce(config: ScannerConfig, fromFiles: readonly UserRule[]): readonly CompiledRule[] {
  const own = new Map([...config.rules, ...fromFiles].map((rule) => [rule.id, rule]))
  return [
    ...builtinRules({ personal: config.personalData }).filter((rule) => !own.has(rule.id)),
    ...[...own.values()].map((rule) => compileUserRule(rule, 'user')),
  ]
}

/** The configuration's allow list and those of files. */
export const allowInForce = (config: ScannerConfig, fromFiles: readonly AllowListInput[]): AllowListData =>
  joinAllowLists([config.allow, ...fromFiles])
