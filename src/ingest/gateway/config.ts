import { z } from 'zod'
import { byteSize, duration } from '../../config/scalars.ts'

/** What a user sets under `gateway`. */

const topic = (name: string) => z.string().min(1).max(249).default(name)

export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

export const gatewayConfig = z
  .strictObject({
    enabled: z.boolean().default(false).meta({
      description:
        'Write what the OTLP receivers take to Kafka instead of detecting here; brokers, TLS and SASL are those of `ingest.kafka`.',
    }),
    topics: z
      .strictObject({
        logs: topic('otlp_logs').meta({ description: 'Topic for logs.' }),
        spans: topic('otlp_spans').meta({ description: 'Topic for spans.' }),
        metrics: topic('otlp_metrics').meta({ description: 'Topic for metrics.' }),
      })
      .prefault({})
      .meta({ description: 'Where each signal goes.' }),
    keyBy: z
      .array(z.string().min(1))
      .min(1)
      .default(['service.name'])
      .meta({
        description:
          'Resource attributes whose values are the message key: resources that agree in them come to one partition, and so to one detector.',
        examples: [['service.namespace', 'service.name']],
      }),
    compression: z.enum(COMPRESSIONS).default('lz4').meta({ description: 'Codec of the messages.' }),
    maxMessageBytes: byteSize()
      .prefault('900KiB')
      .meta({
        description:
          "Larger requests become several messages; under the topic's `max.message.bytes` (1 MiB unless set).",
        examples: ['900KiB'],
      }),
    maxWaitingBytes: byteSize()
      .prefault('64MiB')
      .meta({
        description: 'Bytes that wait for Kafka; past it senders are told to retry.',
        examples: ['64MiB'],
      }),
    timeout: duration()
      .prefault('5s')
      .meta({
        description:
          'A request that Kafka has not taken by then is answered with retry; keep it below the timeout of the senders.',
        examples: ['5s'],
      }),
  })
  .meta({ description: 'OTLP in, Kafka out.' })

export type GatewayConfig = z.output<typeof gatewayConfig>
