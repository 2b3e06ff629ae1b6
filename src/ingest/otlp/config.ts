import { z } from 'zod'
import { byteSize, duration, listenAddress } from '../../config/scalars.ts'

/** What a user sets under `ingest.otlp`. */

const connections = () =>
  z
    .int()
    .min(1)
    .max(65_535)
    .default(1024)
    .meta({ description: 'Open connections; the next one is closed at once.', examples: [1024] })

const requestTimeout = () =>
  duration()
    .prefault('60s')
    .meta({
      description: 'A request whose body has not arrived by then is dropped.',
      examples: ['60s'],
    })

const cors = z
  .strictObject({
    allowedOrigins: z
      .array(z.string())
      .default([])
      .meta({
        description:
          'Origins a browser may send from; `*` matches any run of characters. Empty: CORS is off.',
        examples: [['https://shop.example', 'https://*.shop.example']],
      }),
    allowedHeaders: z
      .array(z.string())
      .default([])
      .meta({
        description: 'Request headers allowed beside content-type, content-encoding and authorization.',
        examples: [['x-tenant']],
      }),
    maxAge: duration()
      .prefault('2h')
      .meta({ description: 'How long a browser may keep a preflight answer.', examples: ['2h'] }),
  })
  .prefault({})

export const otlpHttpConfig = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: 'Receive OTLP/HTTP.' }),
    listen: listenAddress()
      .default('127.0.0.1:4318')
      .meta({ description: 'Address of OTLP/HTTP.', examples: ['127.0.0.1:4318', ':4318'] }),
    maxConnections: connections(),
    headersTimeout: duration()
      .prefault('10s')
      .meta({
        description: 'A request whose headers have not arrived by then is dropped.',
        examples: ['10s'],
      }),
    requestTimeout: requestTimeout(),
    keepAliveTimeout: duration()
      .prefault('120s')
      .meta({ description: 'An idle connection is closed after this.', examples: ['120s'] }),
    cors,
  })
  .prefault({})

export const otlpGrpcConfig = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: 'Receive OTLP/gRPC.' }),
    listen: listenAddress()
      .default('127.0.0.1:4317')
      .meta({ description: 'Address of OTLP/gRPC.', examples: ['127.0.0.1:4317', ':4317'] }),
    maxConnections: connections(),
    maxConcurrentStreams: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .meta({ description: 'Calls a client may have open on one connection.', examples: [100] }),
    requestTimeout: requestTimeout(),
    pingAfter: duration()
      .prefault('60s')
      .meta({ description: 'A connection is pinged after this long without a call.', examples: ['60s'] }),
    pingTimeout: duration()
      .prefault('20s')
      .meta({
        description: 'A connection that does not answer a ping within this is closed.',
        examples: ['20s'],
      }),
  })
  .prefault({})

export const otlpTlsConfig = z
  .strictObject({
    cert: z
      .string()
      .meta({ description: 'Path of the PEM certificate chain.', examples: ['/etc/telltale/tls.crt'] }),
    key: z
      .string()
      .meta({ description: 'Path of its PEM private key.', examples: ['/etc/telltale/tls.key'] }),
    clientCa: z
      .string()
      .optional()
      .meta({
        description:
          'Path of the PEM bundle that signs client certificates; set, every client must show one.',
        examples: ['/etc/telltale/clients-ca.crt'],
      }),
    minVersion: z
      .enum(['TLSv1.2', 'TLSv1.3'])
      .default('TLSv1.2')
      .meta({ description: 'Oldest TLS version accepted.' }),
  })
  .meta({ description: 'Serve TLS on both OTLP addresses.' })

export const otlpConfig = z
  .strictObject({
    http: otlpHttpConfig,
    grpc: otlpGrpcConfig,
    maxWireBytes: byteSize()
      .prefault('16MiB')
      .meta({ description: 'Largest request as sent; a larger one is answered 413.', examples: ['16MiB'] }),
    maxInflatedBytes: byteSize()
      .prefault('64MiB')
      .meta({
        description: 'Largest request once decompressed; inflating stops there.',
        examples: ['64MiB'],
      }),
    maxInFlightBytes: byteSize()
      .prefault('256MiB')
      .meta({
        description: 'Bytes of requests under way on one receiver; past it clients are told to retry.',
        examples: ['256MiB'],
      }),
    tls: otlpTlsConfig.optional(),
    auth: z
      .strictObject({
        bearerTokensFile: z
          .string()
          .optional()
          .meta({
            description:
              'File of accepted bearer tokens, one a line, `#` comments. Unset: no token is asked for.',
            examples: ['/etc/telltale/otlp-tokens'],
          }),
      })
      .prefault({}),
  })
  .meta({ description: 'OTLP receivers.' })

export type OtlpConfig = z.output<typeof otlpConfig>
export type OtlpTlsConfig = z.output<typeof otlpTlsConfig>
