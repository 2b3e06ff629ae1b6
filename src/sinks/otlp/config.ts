import { z } from 'zod'
import { httpFields, secretFile, secretUrl } from '../http/config.ts'

export const otlpSinkConfig = z
  .strictObject({
    type: z.literal('otlp'),
    url: secretUrl().optional(),
    urlFile: secretFile('the address').optional(),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .meta({
        secret: true,
        description: 'Headers of every request, such as an API key. Never printed.',
        examples: [{ 'x-api-key': '${API_KEY}' }],
      }),
    tokenFile: secretFile('the bearer token').optional(),
    gzip: z.boolean().default(true).meta({ description: 'Compress requests.' }),
    ...httpFields,
  })
  .refine((c) => (c.url === undefined) !== (c.urlFile === undefined), 'give one of `url` and `urlFile`')
  .meta({
    description: 'Findings as log records, to any OTLP/HTTP receiver; `/v1/logs` is added to the address.',
  })

export type OtlpSinkConfig = z.output<typeof otlpSinkConfig>
