import { z } from 'zod'
import { listenAddress, secretText } from '../config/scalars.ts'

export const adminConfig = z
  .strictObject({
    listen: listenAddress()
      .default('127.0.0.1:9464')
      .meta({ description: 'Metrics, health and API. Loopback by default.' }),
    token: secretText()
      .optional()
      .meta({
        secret: true,
        description: 'Bearer token asked for everything but /livez and /readyz.',
        examples: ['${TELLTALE_TOKEN}'],
      }),
    recentFindings: z
      .int()
      .min(1)
      .max(100_000)
      .default(1000)
      .meta({ description: 'Findings kept for the API.' }),
  })
  .meta({ description: 'The admin server.' })

export type AdminConfig = z.output<typeof adminConfig>
