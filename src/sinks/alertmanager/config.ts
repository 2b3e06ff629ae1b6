import { z } from 'zod'
import { duration, secretText } from '../../config/scalars.ts'
import { httpFields, secretFile, secretUrl } from '../http/config.ts'

export const alertmanagerConfig = z
  .strictObject({
    type: z.literal('alertmanager'),
    urls: z
      .array(secretUrl())
      .default([])
      .meta({
        secret: true,
        description: 'Base addresses of all Alertmanagers of one cluster; each gets every alert.',
        examples: [['http://alertmanager:9093']],
      }),
    urlsFile: secretFile('base addresses, one a line').optional(),
    user: z.string().optional().meta({ description: 'User name for basic authentication.' }),
    password: secretText().optional().meta({ secret: true, description: 'Password of `user`.' }),
    passwordFile: secretFile('the password').optional(),
    token: secretText().optional().meta({ secret: true, description: 'Sent as `Authorization: Bearer`.' }),
    tokenFile: secretFile('the bearer token').optional(),
    resend: duration().prefault('1m').meta({
      description:
        'What is open is sent again this often; an alert not sent for four times this long ends by itself.',
    }),
    sightingFor: duration()
      .prefault('1h')
      .meta({ description: 'How long a leaked secret stays a firing alert.' }),
    labels: z
      .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected a Prometheus label name'), z.string())
      .default({})
      .meta({ description: 'Labels added to every alert.', examples: [{ cluster: 'eu-1' }] }),
    ...httpFields,
  })
  .refine(
    (c) => c.urls.length > 0 !== (c.urlsFile !== undefined),
    'give one of `urls` (at least one) and `urlsFile`',
  )
  .meta({ description: 'Alerts for the Alertmanager v2 API.' })

export type AlertmanagerConfig = z.output<typeof alertmanagerConfig>
