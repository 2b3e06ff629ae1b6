import { z } from 'zod'
import { byteSize, duration } from '../config/scalars.ts'
import { SEVERITIES } from '../core/finding.ts'
import { alertmanagerConfig } from './alertmanager/config.ts'
import { jsonlConfig } from './jsonl/config.ts'
import { kafkaSinkConfig } from './kafka/config.ts'
import { otlpSinkConfig } from './otlp/config.ts'
import { pagerdutyConfig } from './pagerduty/config.ts'
import { slackConfig } from './slack/config.ts'
import { webhookConfig } from './webhook/config.ts'

const kinds = z.enum(['anomaly', 'secret', 'honeytoken'])

export const matchConfig = z.strictObject({
  kind: z.array(kinds).optional().meta({ description: 'Any of these kinds.' }),
  profile: z
    .array(z.string())
    .optional()
    .meta({ description: 'Any of these profiles (or, for secrets, rules); `*` stands for anything.' }),
  severity: z.array(z.enum(SEVERITIES)).optional().meta({ description: 'Any of these severities.' }),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'Series labels that must fit; `*` stands for anything.' }),
})

export const routeConfig = z
  .strictObject({
    match: matchConfig.prefault({}).meta({ description: 'What the route takes; empty takes everything.' }),
    to: z.array(z.string()).min(1).meta({ description: 'Names of outputs.' }),
    continue: z
      .boolean()
      .default(false)
      .meta({ description: 'Go on to later routes after this one matched.' }),
    minSeverity: z
      .enum(SEVERITIES)
      .default('info')
      .meta({ description: 'Leaves out what is less severe than this.' }),
    groupBy: z
      .array(z.string())
      .default([])
      .meta({ description: 'Labels that findings of one notification share; empty sends each on its own.' }),
    groupWait: duration()
      .prefault('1s')
      .meta({ description: 'How long a first finding waits for others of its group.' }),
    repeatInterval: duration().prefault('4h').meta({
      description:
        'The same secret is told again no sooner than this, and a finding still open is told again after it; 0s tells every sighting and repeats nothing.',
    }),
    rateLimit: z
      .strictObject({
        findings: z.number().int().min(1).default(1000).meta({ description: 'Findings let through.' }),
        per: duration().prefault('1m').meta({ description: 'In this time.' }),
      })
      .prefault({})
      .meta({ description: 'Per kind and service, so that one noisy service hides no other.' }),
  })
  .meta({ description: 'Which findings go where. The first route that matches takes the finding.' })

export const outputConfig = z.discriminatedUnion('type', [
  jsonlConfig,
  webhookConfig,
  alertmanagerConfig,
  slackConfig,
  pagerdutyConfig,
  otlpSinkConfig,
  kafkaSinkConfig,
])

export const deliveryConfig = {
  spool: z
    .strictObject({
      maxBytes: byteSize()
        .prefault('64MiB')
        .meta({ description: 'Cap on disk. Past it the oldest findings go, counted as SPOOL_FULL.' }),
      segmentBytes: byteSize().prefault('4MiB').meta({ description: 'Size at which a new file starts.' }),
      maxInMemory: z
        .number()
        .int()
        .min(16)
        .default(4096)
        .meta({ description: 'Findings kept in memory; more wait on disk.' }),
      fsyncEvery: duration()
        .prefault('1s')
        .meta({ description: 'How often written findings are fsynced when nobody waits for it.' }),
    })
    .prefault({})
    .meta({ description: 'Findings wait here for their receivers, across restarts.' }),
  retry: z
    .strictObject({
      initial: duration().prefault('1s').meta({ description: 'Wait before the first retry; doubles.' }),
      max: duration().prefault('1m').meta({ description: 'Longest wait between retries.' }),
      giveUpAfter: duration()
        .prefault('24h')
        .meta({ description: 'Age at which a finding is given up, counted as expired.' }),
    })
    .prefault({}),
  remember: z
    .number()
    .int()
    .min(100)
    .max(200_000)
    .default(16_384)
    .meta({ description: 'Finding states remembered so that a replay repeats no alert.' }),
  openExpiry: duration().prefault('24h').meta({
    description: 'An open finding without news for this long is told as resolved.',
  }),
}

/** The `sinks` part of the configuration. */
export const sinksConfig = z
  .strictObject({
    outputs: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected a name such as `oncall`'), outputConfig)
      .prefault({ stdout: { type: 'jsonl' } })
      .meta({ description: 'Receivers of findings by name.' }),
    routes: z.array(routeConfig).default([]).meta({
      description: 'In order. With none, every finding goes to every output.',
    }),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({ description: 'Where people reach this daemon; links in alerts begin with it.' }),
    ...deliveryConfig,
  })
  .superRefine((config, ctx) => {
    for (const [i, route] of config.routes.entries()) {
      for (const [j, name] of route.to.entries()) {
        if (name in config.outputs) continue
        ctx.addIssue({
          code: 'custom',
          path: ['routes', i, 'to', j],
          message: `there is no output ${JSON.stringify(name)}; outputs: ${Object.keys(config.outputs).join(', ') || 'none'}`,
        })
      }
    }
  })
  .meta({ description: 'Where findings go.' })

export type SinksConfig = z.output<typeof sinksConfig>
export type RouteConfig = z.output<typeof routeConfig>
export type OutputConfig = z.output<typeof outputConfig>
