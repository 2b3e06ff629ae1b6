import { z } from 'zod'
import { SEVERITIES } from '../../core/finding.ts'

/** The shape of findings for whoever reads them from a topic or a file; published under docs/formats/. */

const hex32 = () => z.string().regex(/^[0-9a-f]{32}$/)
const ms = () => z.number().meta({ description: 'ms since epoch' })

const base = {
  id: hex32().meta({ description: 'The same input gives the same id; a finding told again has it, too.' }),
  state: z.enum(['open', 'update', 'resolved']).meta({
    description: 'An anomaly opens, updates while evidence grows, and resolves; a secret is open once.',
  }),
  startMs: ms().meta({ description: 'Event time of the first evidence, ms since epoch.' }),
  detectedMs: ms().meta({ description: 'Event time at which telltale first said so, ms since epoch.' }),
  endMs: ms().nullable().meta({ description: 'Event time at which it resolved; null while open.' }),
  severity: z.enum(SEVERITIES),
  score: z.number().min(0).max(1).meta({ description: 'Surprise over its threshold, or confidence.' }),
  summary: z.string().meta({ description: 'One line for a person.' }),
  fingerprint: hex32().meta({
    description: 'The same for all findings about the same thing; the message key.',
  }),
  source: z
    .object({
      stream: z.string().meta({ description: '`otlp`, `kafka:TOPIC/PARTITION` or `file:NAME`' }),
      offset: z.number(),
      row: z.number().meta({ description: 'Row within the message or request.' }),
    })
    .meta({ description: 'Where in the input it comes from.' }),
  traceId: hex32().nullable(),
  spanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
  series: z.record(z.string(), z.string()).meta({
    description: 'What it is about, attribute to value, secrets masked.',
    examples: [{ 'service.name': 'checkout' }],
  }),
}

const anomaly = z.object({
  ...base,
  kind: z.literal('anomaly'),
  profile: z.string(),
  detectors: z.array(
    z.object({
      name: z.string(),
      surprise: z
        .number()
        .meta({ description: 'nats: -ln of the tail probability, or a log-likelihood ratio' }),
      expected: z.number(),
      observed: z.number(),
      unit: z.string().meta({ description: 'Of expected and observed, UCUM where one exists.' }),
    }),
  ),
  curve: z
    .object({ stepMs: z.number(), endMs: ms(), values: z.array(z.number()) })
    .nullable()
    .meta({ description: 'Recent curve of the leading detector, oldest first.' }),
})

const secret = z.object({
  ...base,
  kind: z.enum(['secret', 'honeytoken']),
  rule: z.string(),
  place: z.string().meta({ description: '`body` or the name of the attribute.' }),
  start: z.number().meta({ description: 'First byte within the place.' }),
  end: z.number(),
  masked: z.string().meta({ description: 'What a person may see.', examples: ['AKIA****************'] }),
  excerpt: z.string().meta({ description: 'The text around it, every secret masked.' }),
  stages: z.array(z.object({ stage: z.string(), delta: z.number(), note: z.string() })),
})

export const findingSchema = z.discriminatedUnion('kind', [anomaly, secret]).meta({
  title: 'telltale finding',
  description: 'Fields may be added; readers leave what they do not know.',
})

/** As JSON Schema; `npm run docs:finding-schema` writes it to docs/formats/finding.schema.json. */
export const findingJsonSchema = () => z.toJSONSchema(findingSchema, { io: 'input' })
