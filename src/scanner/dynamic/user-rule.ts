import { RE2JS } from 're2js'
import { z } from 'zod'
import { MIN_KEYWORD_BYTES, type RuleSeverity } from '../rule.ts'
import { VALIDATORS } from '../validators/table.ts'
import { requiredLiterals } from './required-literal.ts'

/** `Mortal` as people write it, and the words of other scanners. */
const SEVERITY_WORDS: Readonly<Record<string, RuleSeverity>> = {
  mortal: 'mortal',
  critical: 'mortal',
  high: 'mortal',
  error: 'mortal',
  venial: 'venial',
  medium: 'venial',
  warning: 'venial',
  low: 'venial',
  info: 'venial',
}

const severity = z
  .string()
  .transform((word, context): RuleSeverity => {
    const known = SEVERITY_WORDS[word.toLowerCase()]
    if (known !== undefined) return known
    context.addIssue({ code: 'custom', message: 'expected mortal or venial' })
    return z.NEVER
  })
  .meta({ description: '`mortal` (a live credential) or `venial`.', examples: ['mortal'] })

/** A rule a user wrote. Its pattern is RE2 syntax and runs in linear time. */
export const userRuleSchema = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*$/, 'expected a name such as acme-api-key'),
    pattern: z.string().min(1).meta({
      description:
        'RE2 regular expression. Group `secret`, or the first group, marks the secret if it is not all of it.',
    }),
    severity,
    description: z.string().min(1),
    keywords: z.array(z.string().min(MIN_KEYWORD_BYTES)).default([]).meta({
      description: 'Literals that stand near a match. Taken from the pattern when none is given.',
    }),
    keywordsIgnoreCase: z.boolean().default(false).meta({ description: 'Keywords in any case.' }),
    ignoreCase: z.boolean().default(false).meta({ description: 'Keywords and pattern in any case.' }),
    secretGroup: z.int().min(0).max(50).optional(),
    minEntropy: z.number().min(0).max(8).default(0),
    validator: z
      .string()
      .optional()
      .refine((name) => name === undefined || name in VALIDATORS, 'no such validator'),
    provider: z.string().default('your rules'),
    examples: z
      .strictObject({ true: z.array(z.string()).default([]), false: z.array(z.string()).default([]) })
      .prefault({})
      .meta({ description: 'What it must find and must not; `rules test` runs them.' }),
  })
  .superRefine((rule, context) => {
    try {
      RE2JS.compile(rule.pattern)
    } catch (error) {
      context.addIssue({
        code: 'custom',
        path: ['pattern'],
        message: `no RE2 pattern: ${(error as Error).message}`,
      })
      return
    }
    if (rule.keywords.length === 0 && requiredLiterals(rule.pattern) === null) {
      context.addIssue({
        code: 'custom',
        path: ['pattern'],
        message: `give keywords: the pattern holds no literal of ${MIN_KEYWORD_BYTES} characters that every match has`,
      })
    }
  })
  .meta({ description: 'A rule of yours.' })

export type UserRule = z.output<typeof userRuleSchema>
