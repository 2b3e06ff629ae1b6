import { z } from 'zod'
import { duration } from '../config/scalars.ts'
import { allowListSchema } from './allow-list.ts'
import { userRuleSchema } from './dynamic/user-rule.ts'

const delta = (value: number, description: string) =>
  z.number().min(-1).max(1).default(value).meta({ description })

/** What each sign adds to or takes from the confidence. */
export const scannerWeights = z
  .strictObject({
    assignment: delta(0.15, 'An operator, flag or scheme stands before the value.'),
    name: delta(0.2, 'The name before it holds key, secret, token or password.'),
    comment: delta(-0.3, 'It stands in a comment; files only.'),
    testFile: delta(-0.2, 'The file belongs to tests.'),
    placeholder: delta(-0.5, 'It reads like a placeholder.'),
    structure: delta(0.1, 'It is all base64 or all hexadecimal.'),
    entropy: delta(0.1, 'Shannon entropy above the threshold.'),
    alphabet: delta(0.05, 'Entropy near the most its alphabet and length allow.'),
    lowEntropy: delta(-0.1, 'Entropy well below what its alphabet allows, or only words.'),
    checksumValid: delta(0.1, 'The checksum of the format is right.'),
    checksumInvalid: delta(-0.15, 'The checksum of the format is wrong.'),
    classifier: delta(0.15, 'Most the classifier adds or takes.'),
  })
  .meta({ description: 'Weights of the scoring stages.' })

export const scannerConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .meta({ description: 'Scan bodies and string attributes for credentials.' }),
    minConfidence: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .meta({ description: 'Findings below this are not reported.' }),
    entropyThreshold: z
      .number()
      .min(0)
      .max(8)
      .default(4.6)
      .meta({ description: 'Shannon entropy, bits a character, above which a value counts as random.' }),
    classifier: z.boolean().default(true).meta({ description: 'Let the classifier weigh in.' }),
    personalData: z
      .boolean()
      .default(false)
      .meta({ description: 'Also find card numbers, IBANs and the like.' }),
    disabledRules: z
      .array(z.string())
      .default([])
      .meta({ description: 'Ids of rules that stay off.', examples: [['session-cookie']] }),
    rules: z
      .array(userRuleSchema)
      .default([])
      .meta({ description: 'Rules of yours, beside those of files.' }),
    rulesDir: z.string().optional().meta({
      description: 'Folder of rule files, watched for changes; `~/.telltale/rules.d` when unset.',
    }),
    allow: allowListSchema.prefault({}),
    weights: scannerWeights.prefault({}),
    honeytokenFile: z.string().optional().meta({
      description: 'Keyed hashes of planted tokens, as `telltale honeytoken generate` writes them.',
    }),
    foldFor: duration().prefault('1h').meta({
      description: 'The same secret in the same place of the same service is reported once in this time.',
    }),
    findingsPerServiceMinute: z
      .int()
      .min(1)
      .default(60)
      .meta({ description: 'More findings of one service in a minute are counted, not reported.' }),
  })
  .meta({ description: 'The secret scanner.' })

export type ScannerConfig = z.output<typeof scannerConfig>

/** Everything at its default. */
export const DEFAULT_SCANNER_CONFIG: ScannerConfig = scannerConfig.parse({})
