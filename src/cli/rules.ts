import { Command, Option } from 'commander'
import { builtinRuleData, builtinRules } from '../scanner/builtin-rules.ts'
import { compileUserRule } from '../scanner/dynamic/compile-user-rule.ts'
import { installRules } from '../scanner/dynamic/install-rules.ts'
import type { UserRule } from '../scanner/dynamic/user-rule.ts'
import { gatherUserRules, userRulesFolder } from '../scanner/dynamic/user-rules.ts'
import { userCacheFolder } from '../scanner/files/content-cache.ts'
import { GENERIC_RULES } from '../scanner/match.ts'
import { builtinFailures, type ExampleFailure, userFailures } from '../scanner/rule-examples.ts'

interface FolderOption {
  rulesDir?: string
}

interface ListedRule {
  readonly id: string
  readonly severity: string
  readonly description: string
  readonly origin: 'built-in' | 'parser' | 'user'
}

const folderOption = (): Option =>
  new Option('--rules-dir <folder>', 'folder of your rules (default: ~/.telltale/rules.d)')

const warn = (text: string): void => void process.stderr.write(`telltale: ${text}\n`)

export function rulesCommand(): Command {
  return new Command('rules')
    .description('List, test and install rules of the secret scanner.')
    .addCommand(listCommand())
    .addCommand(testCommand())
    .addCommand(installCommand())
}

const userRulesIn = (options: FolderOption, files: readonly string[]): readonly UserRule[] =>
  gatherUserRules(
    { folder: options.rulesDir ?? userRulesFolder(process.env), files, project: process.cwd() },
    warn,
  ).rules

function listCommand(): Command {
  return new Command('list')
    .description('Every rule in force: built-in ones, those of the assignment parser, and yours.')
    .addOption(folderOption())
    .option('--json', 'as JSON')
    .option('--personal', 'with the rules for personal data')
    .action((options: FolderOption & { json?: boolean; personal?: boolean }) => {
      const own = userRulesIn(options, [])
      const replaced = new Set(own.map((rule) => rule.id))
      const rules: ListedRule[] = [
        ...builtinRules({ personal: options.personal === true })
          .filter((rule) => !replaced.has(rule.id))
          .map(({ id, severity, description }) => ({
            id,
            severity,
            description,
            origin: 'built-in' as const,
          })),
        ...GENERIC_RULES.map(({ id, severity, description }) => ({
          id,
          severity,
          description,
          origin: 'parser' as const,
        })),
        ...own.map(({ id, severity, description }) => ({
          id,
          severity,
          description,
          origin: 'user' as const,
        })),
      ].sort((a, b) => (a.id < b.id ? -1 : 1))
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(rules, null, 2)}\n`)
        return
      }
      const width = Math.max(...rules.map((rule) => rule.id.length))
      for (const { id, severity, origin, description } of rules) {
        process.stdout.write(`${id.padEnd(width)}  ${severity}  ${origin.padEnd(8)}  ${description}\n`)
      }
      process.stdout.write(`${rules.length} rules\n`)
    })
}

function testCommand(): Command {
  return new Command('test')
    .description('Run the examples of rules; exit 1 when one fails. With files, only their rules.')
    .argument('[files...]', 'rule files, also of gitleaks')
    .addOption(folderOption())
    .action((files: string[], options: FolderOption) => {
      const own =
        files.length > 0
          ? gatherUserRules({ folder: null, files, project: null }, warn).rules
          : userRulesIn(options, [])
      const failures: ExampleFailure[] = own.flatMap((rule) =>
        userFailures(rule.examples, compileUserRule(rule, 'user')),
      )
      let count = own.length
      if (files.length === 0) {
        const compiled = builtinRules({ personal: true })
        for (const [i, rule] of builtinRuleData().entries())
          failures.push(...builtinFailures(rule, compiled[i]!, [1, 2, 3]))
        count += compiled.length
      }
      for (const { rule, example, wanted } of failures) {
        process.stdout.write(`${rule}: ${JSON.stringify(example)} was not ${wanted}\n`)
      }
      process.stdout.write(`${count} rules, ${failures.length} examples failed\n`)
      if (failures.length > 0) process.exitCode = 1
    })
}

function installCommand(): Command {
  return new Command('install')
    .description(
      'Put a rule file into your folder, from a path or an https URL; its digest is shown and pinned.',
    )
    .argument('<source>', 'a .toml or .yaml file, ours or of gitleaks, or an https URL of one')
    .addOption(folderOption())
    .option('--sha256 <digest>', 'refuse any other content')
    .option('--update', 'take new content of a file installed before')
    .action(async (source: string, options: FolderOption & { sha256?: string; update?: boolean }) => {
      const { path, sha256, file } = await installRules(source, {
        folder: options.rulesDir ?? userRulesFolder(process.env),
        cache: userCacheFolder(process.env),
        sha256: options.sha256 ?? null,
        update: options.update === true,
        fetch,
      })
      for (const warning of file.warnings) warn(warning)
      process.stdout.write(`${file.rules.length} rules in ${path}\nsha256 ${sha256}\n`)
    })
}
