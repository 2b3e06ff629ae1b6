import { z } from 'zod'
import { secretText } from '../../config/scalars.ts'
import { httpFields, secretFile } from '../http/config.ts'

export const pagerdutyConfig = z
  .strictObject({
    type: z.literal('pagerduty'),
    routingKey: secretText()
      .optional()
      .meta({ secret: true, description: 'Integration key of an Events API v2 service.' }),
    routingKeyFile: secretFile('the integration key').optional(),
    url: z
      .url({ protocol: /^https?$/ })
      .default('https://events.pagerduty.com/v2/enqueue')
      .meta({ description: 'Address of the Events API; the EU region has its own.' }),
    ...httpFields,
  })
  .refine(
    (c) => (c.routingKey === undefined) !== (c.routingKeyFile === undefined),
    'give one of `routingKey` and `routingKeyFile`',
  )
  .meta({ description: 'Incidents by the PagerDuty Events API v2: triggered, and resolved again.' })

export type PagerdutyConfig = z.output<typeof pagerdutyConfig>
