import github from './github.json' with { type: 'json' }

/** Every file of built-in rules, unparsed; `builtin-rules.ts` parses and compiles them. */
export const RULE_FILES: readonly unknown[] = [github]
