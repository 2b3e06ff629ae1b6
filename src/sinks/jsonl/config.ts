import { z } from 'zod'
import { byteSize } from '../../config/scalars.ts'

export const jsonlConfig = z
  .strictObject({
    type: z.literal('jsonl'),
    path: z
      .string()
      .min(1)
      .default('-')
      .meta({ description: 'File to append to; `-` is standard output.', examples: ['findings.jsonl'] }),
    maxBytes: byteSize().prefault('100MiB').meta({
      description: 'Size at which the file is rotated to `PATH.1`, `PATH.1` to `PATH.2`, and so on.',
    }),
    keep: z.number().int().min(0).max(1000).default(5).meta({ description: 'Rotated files kept.' }),
    fsync: z.boolean().default(true).meta({ description: 'Fsync the file after each batch of findings.' }),
  })
  .meta({ description: 'Findings as JSON lines.' })

export type JsonlConfig = z.output<typeof jsonlConfig>
