import { z } from 'zod'
import { byteSize, duration } from '../config/scalars.ts'

export const limitsConfig = z
  .strictObject({
    queueRequests: z
      .int()
      .min(1)
      .default(256)
      .meta({ description: 'Requests waiting before senders are told to retry.' }),
    queueBytes: byteSize()
      .prefault('128MiB')
      .meta({ description: 'Payload bytes waiting before senders are told to retry.' }),
    rowsPerBatch: z.int().min(1).default(262_144).meta({
      description: 'Records of one request that are read; the rest is refused as a partial success.',
    }),
    attributesPerBatch: z
      .int()
      .min(1)
      .default(4_194_304)
      .meta({ description: 'Attributes of one request that are read.' }),
    depth: z.int().min(1).max(64).default(16).meta({ description: 'How deep nested values are followed.' }),
    retryAfter: duration()
      .prefault('1s')
      .meta({ description: 'What senders are told when the queue is full.' }),
    drainDeadline: duration()
      .prefault('10s')
      .meta({ description: 'On SIGTERM: time to finish what was taken.' }),
  })
  .meta({ description: 'Bounds that keep memory flat.' })

export type LimitsConfig = z.output<typeof limitsConfig>
