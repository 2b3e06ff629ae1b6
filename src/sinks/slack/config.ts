import { z } from 'zod'
import { httpFields, secretFile, secretUrl } from '../http/config.ts'

export const slackConfig = z
  .strictObject({
    type: z.literal('slack'),
    url: secretUrl().optional(),
    urlFile: secretFile('the address of the incoming webhook').optional(),
    maxFindings: z.int().min(1).max(15).default(10).meta({ description: 'Findings in one message.' }),
    ...httpFields,
  })
  .refine((c) => (c.url === undefined) !== (c.urlFile === undefined), 'give one of `url` and `urlFile`')
  .meta({ description: 'Messages for a Slack channel, by an incoming webhook.' })

export type SlackConfig = z.output<typeof slackConfig>
