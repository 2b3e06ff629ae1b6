import { z } from 'zod'
import { secretText } from '../../config/scalars.ts'
import { httpFields, secretFile, secretUrl } from '../http/config.ts'

export const webhookConfig = z
  .strictObject({
    type: z.literal('webhook'),
    url: secretUrl().optional(),
    urlFile: secretFile('the address').optional(),
    format: z
      .enum(['telltale', 'alertmanager'])
      .default('telltale')
      .meta({ description: "telltale's own payload, or the one Alertmanager's webhooks send (version 4)." }),
    hmacKey: secretText().optional().meta({ secret: true, description: 'Key to sign payloads with.' }),
    hmacKeyFile: secretFile('the key to sign payloads with').optional(),
    token: secretText().optional().meta({ secret: true, description: 'Sent as `Authorization: Bearer`.' }),
    tokenFile: secretFile('the bearer token').optional(),
    maxFindings: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(100)
      .meta({ description: 'Findings in one request.' }),
    ...httpFields,
  })
  .refine((c) => (c.url === undefined) !== (c.urlFile === undefined), 'give one of `url` and `urlFile`')
  .meta({ description: 'POSTs findings as JSON, signed with HMAC-SHA-256 when a key is given.' })

export type WebhookConfig = z.output<typeof webhookConfig>
