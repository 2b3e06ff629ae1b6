import { type Command, Option } from 'commander'
import { z } from 'zod'
import { loadConfig } from '../config/load.ts'
import type { AllowListData } from '../scanner/allow-list.ts'
import { type ScannerConfig, scannerConfig } from '../scanner/config.ts'
import type { UserRule } from '../scanner/dynamic/user-rule.ts'
import { gatherUserRules, userRulesFolder } from '../scanner/dynamic/user-rules.ts'
import { allowInForce } from '../scanner/rules-in-force.ts'
import { configFileOption } from './config-file.ts'
import { confidenceArg, listArg } from './scan-options.ts'

/** What `scan` and `tail` were told about rules, as commander gives it. */
export interface RuleOptions {
  minConfidence?: number
  personal?: boolean
  config?: string
  rulesDir?: string
  userRules: boolean
  rulesFile: string[]
  disable: string[]
  honeytokens?: string
}

/** Adds the options of {@link RuleOptions}. */
export const withRuleOptions = (command: Command): Command =>
  command
    .option('--min-confidence <number>', 'report from this confidence on, 0 to 1', confidenceArg)
    .option('--personal', 'also find card numbers, IBANs, CPF, CNPJ, SSN, NIF and DNI')
    .addOption(configFileOption())
    .addOption(new Option('--rules-dir <folder>', 'folder of your rules (default: ~/.telltale/rules.d)'))
    .option('--no-user-rules', 'built-in rules only')
    .addOption(
      listOption('--rules-file <file>', 'a file of rules and allow lists, also of gitleaks; may be repeated'),
    )
    .option('--honeytokens <file>', 'keyed hashes of planted tokens, as `honeytoken generate` writes them')
    .addOption(listOption('--disable <rules>', 'ids of rules to leave out, with commas'))

const listOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(listArg).default([], 'none')

/** What is to be looked for. */
export interface RuleSettings {
  readonly config: ScannerConfig
  readonly userRules: readonly UserRule[]
  readonly allow: AllowListData
  /** File of planted tokens. */
  readonly planted: string | undefined
}

/**
 * Puts the configuration, the user's rule files and the command line together.
 * @param project folder whose own rule file counts, or null
 * @throws TelltaleError CONFIG_UNREADABLE or CONFIG_INVALID
 */
export async function ruleSettings(options: RuleOptions, project: string | null): Promise<RuleSettings> {
  const loaded = await scannerSection(options.config)
  const config: ScannerConfig = {
    ...loaded,
    minConfidence: options.minConfidence ?? loaded.minConfidence,
    personalData: options.personal ?? loaded.personalData,
    disabledRules: [...loaded.disabledRules, ...options.disable],
  }
  const user = gatherUserRules(
    {
      folder: options.userRules
        ? (options.rulesDir ?? loaded.rulesDir ?? userRulesFolder(process.env))
        : null,
      files: options.rulesFile,
      project: options.userRules ? project : null,
    },
    (problem) => process.stderr.write(`telltale: ${problem}\n`),
  )
  return {
    config,
    userRules: user.rules,
    allow: allowInForce(config, [user.allow]),
    planted: options.honeytokens ?? config.honeytokenFile,
  }
}

/** The scanner's part of the configuration; the schema of the whole daemon is loaded only for a file of it. */
async function scannerSection(file: string | undefined): Promise<ScannerConfig> {
  const schema =
    file === undefined
      ? z.strictObject({ scanner: scannerConfig.prefault({}) })
      : (await import('../registry.ts')).rootConfig
  return loadConfig(schema, { file, env: process.env }).config.scanner
}
