import { HttpSender } from './e2e/http-sender.ts'
import { livePayload } from './e2e/live-payload.ts'
import { compare } from './transport/compare.ts'

/** What fastify and our limits cost over a bare node:http server, per CPU second of the server. */

const PEERS = [
  { name: 'telltale on fastify', kind: 'telltale-http' },
  { name: 'node:http', kind: 'node-http' },
]
const options = { host: '127.0.0.1', contentType: 'application/x-protobuf', gzip: false } as const

for (const [records, requests] of [
  [16, 4000],
  [512, 1500],
  [8192, 100],
] as const) {
  const payload = livePayload({ seed: 1, records }, 'protobuf')
  await compare('OTLP/HTTP', PEERS, payload, requests, 4, (port) => new HttpSender({ ...options, port }))
}
