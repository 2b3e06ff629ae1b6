import { GrpcSender } from './e2e/grpc-sender.ts'
import { livePayload } from './e2e/live-payload.ts'
import { compare } from './transport/compare.ts'

/** Our gRPC adapter on node:http2 against @grpc/grpc-js, per CPU second of the server (docs/adr/0002-grpc-on-http2.md). */

const PEERS = [
  { name: 'telltale on node:http2', kind: 'telltale-grpc' },
  { name: '@grpc/grpc-js', kind: 'grpc-js' },
]

for (const [records, requests] of [
  [16, 4000],
  [512, 1500],
  [8192, 100],
] as const) {
  const payload = livePayload({ seed: 1, records }, 'protobuf')
  await compare('OTLP/gRPC', PEERS, payload, requests, 4, (port) => new GrpcSender('127.0.0.1', port))
}
