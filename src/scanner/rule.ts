import { z } from 'zod'

/**
 * A credential kind, as data. Files in `rules/` hold them; users add their own (`dynamic/`).
 *
 * `start`:    the pattern begins at a keyword and runs sticky there.
 * `around`:   the pattern is searched from `beforeBytes` before the keyword; the match must cover the keyword.
 * `assigned`: keywords are beginnings of names (`DD_API_KEY`), the pattern is the value; the name's tail, the
 *             operator and the quotes between them are added when compiled.
 */
export const ANCHORS = ['start', 'around', 'assigned'] as const

/** Mortal: whoever holds it can act. Venial: identifies, limits or publishes; or is personal data. */
export const RULE_SEVERITIES = ['venial', 'mortal'] as const
export type RuleSeverity = (typeof RULE_SEVERITIES)[number]

/** Keywords shorter than this, or generic words, would make candidates of ordinary log lines. */
export const MIN_KEYWORD_BYTES = 3

export const ruleSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'expected kebab-case such as github-pat')
      .meta({ description: 'Stable name of the rule, kebab-case.', examples: ['github-pat'] }),
    description: z.string().min(8),
    severity: z.enum(RULE_SEVERITIES),
    provider: z.string().min(2),
    keywords: z.array(z.string().min(MIN_KEYWORD_BYTES)).min(1).meta({
      description: 'Literals, one of which every match holds. Case-sensitive unless ignoreCase.',
    }),
    ignoreCase: z.boolean().default(false).meta({ description: 'Keywords and pattern in any case.' }),
    anchor: z.enum(ANCHORS).default('start'),
    pattern: z.string().min(1).meta({
      description: 'JavaScript regular expression; group `secret` marks the secret if it is not all of it.',
    }),
    boundary: z.boolean().optional().meta({
      description: 'What stands left of the match must not be a word. Default: unless `around`.',
    }),
    beforeBytes: z.int().min(0).max(4096).default(64).meta({ description: 'Used by `around` only.' }),
    maxBytes: z.int().min(8).max(65_536).default(512).meta({ description: 'Window from the keyword on.' }),
    minEntropy: z
      .number()
      .min(0)
      .max(8)
      .default(0)
      .meta({ description: 'Bits per character of the secret.' }),
    validator: z.string().optional().meta({ description: 'A name of validators/table.ts.' }),
    personal: z.boolean().default(false).meta({ description: 'Personal data: off unless asked for.' }),
    examples: z
      .strictObject({ true: z.array(z.string()).min(1), false: z.array(z.string()).min(1) })
      .meta({ description: 'Templates, see example-template.ts, so that no credential stands in the file.' }),
  })
  .meta({ description: 'One credential kind.' })

export const ruleFileSchema = z.strictObject({ rules: z.array(ruleSchema).min(1) })

/** With its defaults. */
export type Rule = z.output<typeof ruleSchema>

/** What a validator says of a secret's text. It lowers or raises confidence and never decides alone. */
export type Verdict = 'valid' | 'invalid' | 'unknown'
export type Validator = (text: string) => Verdict

/** Offsets in the text given to `match`; `secret*` lie within `start..end`. */
export interface RuleMatch {
  readonly start: number
  readonly end: number
  readonly secretStart: number
  readonly secretEnd: number
}

/** A rule ready to run. `keywords` are what the prefilter looks for. */
export interface CompiledRule {
  readonly id: string
  readonly description: string
  readonly severity: RuleSeverity
  readonly provider: string
  readonly keywords: readonly string[]
  readonly ignoreCase: boolean
  /** How many bytes left and right of the keyword's first byte `match` may look at. */
  readonly beforeBytes: number
  readonly maxBytes: number
  /** Bits per character the secret must have; 0 asks nothing. */
  readonly minEntropy: number
  readonly validator: Validator | null
  readonly personal: boolean
  /** `built-in`, or where the user's rule came from. */
  readonly origin: string
  /**
   * Runs the pattern at a keyword.
   * @param text one character a byte (latin1), so that offsets are byte offsets
   * @param keywordAt where the keyword begins
   */
  match(text: string, keywordAt: number): RuleMatch | null
}
