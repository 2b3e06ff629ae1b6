import { z } from 'zod'
import { duration } from '../../config/scalars.ts'

function isHttpUrl(text: string): boolean {
  try {
    const { protocol } = new URL(text)
    return protocol === 'http:' || protocol === 'https:'
  } catch {
    return false
  }
}

/** An address that may carry a token; never printed. */
export const secretUrl = () =>
  z
    .string()
    .refine(isHttpUrl, 'expected an http or https URL')
    .meta({ secret: true, description: 'Address; may name an environment variable. Never printed.' })

export const secretFile = (what: string) =>
  z
    .string()
    .min(1)
    .meta({ description: `File that holds ${what}; read again for every send, so it can be rotated.` })

export const tlsConfig = z
  .strictObject({
    caFile: z
      .string()
      .optional()
      .meta({ description: 'PEM certificates to trust instead of the system ones.' }),
    certFile: z.string().optional().meta({ description: 'PEM client certificate.' }),
    keyFile: z.string().optional().meta({ description: 'PEM key of the client certificate.' }),
    serverName: z.string().optional().meta({ description: 'Name to expect in the certificate.' }),
    insecureSkipVerify: z.boolean().default(false).meta({ description: 'Do not check the certificate.' }),
  })
  .prefault({})
  .meta({ description: 'TLS of the connection to the receiver.' })

/** Fields every sink that speaks HTTP has. */
export const httpFields = {
  timeout: duration()
    .prefault('10s')
    .meta({ description: 'For connecting, sending and the answer together.' }),
  tls: tlsConfig,
}

export type TlsConfig = z.output<typeof tlsConfig>
