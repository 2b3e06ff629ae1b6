import { z } from 'zod'

export const kafkaSinkConfig = z
  .strictObject({
    type: z.literal('kafka'),
    topic: z
      .string()
      .min(1)
      .max(249)
      .default('telltale_findings')
      .meta({ description: 'Topic to write to.' }),
  })
  .meta({
    description:
      'Findings as JSON messages keyed by fingerprint, so that what is about the same thing stays in order. Brokers and credentials are those of `ingest.kafka`, whether or not it is enabled.',
  })

export type KafkaSinkConfig = z.output<typeof kafkaSinkConfig>
