import { z } from 'zod'
import { duration, formatDuration, parseDuration } from '../config/scalars.ts'

/** How many false alarms a series may cause on traffic without anomalies. */
export interface FalseAlarmBudget {
  readonly count: number
  readonly perMs: number
}

const NAMED_MS: Readonly<Record<string, number>> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 30 * 86_400_000,
}

/** `1 per profile per day`, `0.5 per series per 12h`; null when it is none. */
export function parseBudget(text: string): FalseAlarmBudget | null {
  const m = /^(\d+(?:\.\d+)?)(?: per (?:profile|series))? per (\S+)$/.exec(text.trim())
  if (m === null) return null
  const count = Number(m[1])
  const perMs = NAMED_MS[m[2]!] ?? parseDuration(m[2]!)
  return perMs === null || !(count > 0) || !(perMs > 0) ? null : { count, perMs }
}

const budget = () =>
  z.codec(z.string(), z.object({ count: z.number(), perMs: z.number() }), {
    decode: (text, ctx) => {
      const parsed = parseBudget(text)
      if (parsed !== null) return parsed
      ctx.issues.push({
        code: 'custom',
        input: text,
        message: 'expected a budget such as 1 per profile per day, or 2 per series per 12h',
      })
      return z.NEVER
    },
    encode: (b) => `${b.count} per profile per ${formatDuration(b.perMs)}`,
  })

const oneOrMore = z.union([z.string(), z.array(z.string()).max(16)])

/** Attribute names a profile may use for what is no attribute. */
export const ROW_VALUE = '@value'
export const ROW_NAME = '@name'

export const profileConfig = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/, 'expected letters, digits, _ . : -, at most 64')
      .meta({ description: 'Name in findings and metrics.', examples: ['checkout-latency'] }),
    signals: z
      .array(z.enum(['logs', 'spans', 'metrics']))
      .min(1)
      .default(['logs'])
      .meta({ description: 'Which rows it looks at.' }),
    match: z
      .record(z.string(), oneOrMore)
      .default({})
      .meta({
        description:
          'Attributes a row must have, with one of these values; an empty list accepts any value. Resource attributes count too.',
        examples: [{ 'service.name': ['checkout', 'payment'] }],
      }),
    series: z.array(z.string()).max(8).default(['service.name']).meta({
      description:
        'One series for each distinct combination of these attributes; @name is the span or metric name.',
    }),
    value: oneOrMore.default([]).meta({
      description:
        'The number to watch: the first of these attributes that is present; @value is the span duration in ms or the metric point.',
      examples: ['http.server.request.duration', '@value'],
    }),
    unit: z
      .string()
      .max(32)
      .default('1')
      .meta({ description: 'Unit of the value, UCUM.', examples: ['ms', 'By'] }),
    subject: oneOrMore.default([]).meta({
      description: 'Whose distinct number counts: the first of these attributes that is present.',
      examples: [['client.address', 'user.id']],
    }),
    templates: z.boolean().default(false).meta({
      description: 'Whether warnings and errors of a kind never seen before are watched, by their text.',
    }),
    rare: z
      .array(z.string())
      .max(8)
      .default([])
      .meta({
        description:
          'Attributes of rows that usually have the same few values; values never seen before are watched.',
        examples: [['deployment.environment', 'http.request.method']],
      }),
    errors: z.boolean().default(true).meta({ description: 'Whether the error ratio is watched.' }),
  })
  .meta({ description: 'A named stream of behaviour.' })

export type ProfileConfig = z.output<typeof profileConfig>

export const detectorsConfig = z
  .strictObject({
    falseAlarms: budget()
      .prefault('1 per profile per day')
      .meta({
        description:
          'How many false alarms each series may cause, over all its detectors together. The only sensitivity there is.',
        examples: ['1 per profile per day', '1 per series per week'],
      }),
    maxSeries: z.int().min(1).max(4_000_000).default(100_000).meta({
      description: 'Series kept at once. Past it only idle ones give way; others are counted and left out.',
    }),
    idleAfter: duration().prefault('14d').meta({
      description:
        'A series without rows for this long is forgotten. Long enough that a weekly pattern outlives a holiday; when the table is full, idle series give way sooner.',
    }),
    lateness: duration().prefault('30s').meta({
      description:
        'A row older than the newest of its series by at most this counts as now; older ones are only counted and scanned.',
    }),
    sketchPrecision: z
      .int()
      .min(10)
      .max(14)
      .default(10)
      .meta({ description: 'HyperLogLog precision p: 2^p bytes a sketch, relative error 0.83 / sqrt(2^p).' }),
    sketchPeriod: duration()
      .prefault('24h')
      .meta({ description: 'After this long a subject that was not seen again counts as never seen.' }),
    profiles: z
      .array(profileConfig)
      .max(64)
      .default([])
      .meta({ description: 'Empty: the built-in ones from the OpenTelemetry semantic conventions.' }),
  })
  .meta({ description: 'Profiles and their false-alarm budget.' })

export type DetectorsConfig = z.output<typeof detectorsConfig>
