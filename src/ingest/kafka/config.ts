import { z } from 'zod'
import { byteSize, duration, secretText } from '../../config/scalars.ts'

/** What a user sets under `ingest.kafka`. */

export const ENCODINGS = ['otlp_proto', 'otlp_json', 'json', 'text'] as const

const signal = z.enum(['logs', 'spans', 'metrics'])

const topic = z.strictObject({
  topic: z
    .string()
    .min(1)
    .max(249)
    .meta({ description: 'Name of the topic.', examples: ['otlp_logs'] }),
  signal: signal.default('logs').meta({ description: 'What its messages hold; json and text are logs.' }),
  encoding: z.enum(ENCODINGS).default('otlp_proto').meta({
    description:
      'otlp_proto and otlp_json: one export request a message. json: one log object. text: one log line.',
  }),
  fields: z
    .record(z.string(), z.string())
    .default({})
    .meta({
      description:
        'json: which member is the `time`, `severity`, `body`, `service`; others become attributes under their own name.',
      examples: [{ time: 'ts', body: 'msg', severity: 'level', service: 'app' }],
    }),
})

const sasl = z.strictObject({
  mechanism: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
    .meta({ description: 'SASL mechanism.' }),
  username: z.string().default('').meta({ description: 'User of PLAIN and SCRAM.' }),
  password: secretText()
    .optional()
    .meta({ secret: true, description: 'Its password.', examples: ['${KAFKA_PASSWORD}'] }),
  tokenFile: z
    .string()
    .optional()
    .meta({ description: 'OAUTHBEARER: file that holds the current token; read again at each login.' }),
})

const tls = z.strictObject({
  ca: z
    .string()
    .optional()
    .meta({ description: 'Path of the PEM bundle that signs the brokers; the system store when unset.' }),
  cert: z.string().optional().meta({ description: 'Path of the client certificate, for mTLS.' }),
  key: z.string().optional().meta({ description: 'Path of its private key.' }),
})

export const kafkaConfig = z
  .strictObject({
    enabled: z.boolean().default(false).meta({ description: 'Consume from Kafka.' }),
    client: z.enum(['auto', 'kafkajs', 'rdkafka']).default('auto').meta({
      description:
        'auto takes node-rdkafka when it loads and was built with zstd (npm run build:rdkafka), else kafkajs.',
    }),
    brokers: z
      .array(z.string().min(1))
      .default(['127.0.0.1:9092'])
      .meta({ description: 'Bootstrap brokers.' }),
    groupId: z.string().min(1).default('telltale').meta({ description: 'Consumer group.' }),
    clientId: z.string().min(1).default('telltale').meta({ description: 'Client id that brokers log.' }),
    topics: z
      .array(topic)
      .default([
        { topic: 'otlp_logs', signal: 'logs', encoding: 'otlp_proto', fields: {} },
        { topic: 'otlp_spans', signal: 'spans', encoding: 'otlp_proto', fields: {} },
        { topic: 'otlp_metrics', signal: 'metrics', encoding: 'otlp_proto', fields: {} },
      ])
      .meta({ description: "Topics and how their messages are written; the defaults are the Collector's." }),
    startFrom: z.enum(['earliest', 'latest']).default('latest').meta({
      description: 'Where to begin on a partition that has neither a snapshot nor a committed offset.',
    }),
    deadLetterTopic: z.string().optional().meta({
      description:
        'Messages that cannot be decoded go there with reason and origin in headers; unset, they are counted and skipped.',
    }),
    fetchBytes: byteSize()
      .prefault('256KiB')
      .meta({ description: 'Bytes asked for per partition and fetch, as they are on the wire.' }),
    sessionTimeout: duration()
      .prefault('30s')
      .meta({ description: 'The group gives partitions away after this silence.' }),
    checkpointEvery: duration().prefault('30s').meta({
      description: 'How often state is saved and its offset committed; what a kill replays at most.',
    }),
    snapshotTopic: z
      .string()
      .optional()
      .meta({
        description:
          'Compacted topic for snapshots, so that state follows its partition to another instance; unset, files under dataDir.',
        examples: ['telltale_state'],
      }),
    sasl: sasl.optional().meta({ description: 'SASL login.' }),
    tls: tls
      .optional()
      .meta({ description: 'TLS to the brokers; an empty section turns it on with the system store.' }),
    clientOptions: z.record(z.string(), z.unknown()).default({}).meta({
      description: "Passed to the client as it is: kafkajs' ConsumerConfig, or librdkafka's properties.",
    }),
  })
  .meta({ description: 'Kafka consumer group.' })

export type KafkaConfig = z.output<typeof kafkaConfig>
export type KafkaTopic = KafkaConfig['topics'][number]
