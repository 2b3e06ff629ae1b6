import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js'
import pino from 'pino'
import { BatchPool } from '../../src/columns/batch-pool.ts'
import { KeyTable } from '../../src/columns/key-table.ts'
import type { Intake } from '../../src/columns/stage.ts'
import { SYSTEM_CLOCK } from '../../src/core/clock.ts'
import { DONE } from '../../src/core/outcome.ts'
import { otlpConfig } from '../../src/ingest/otlp/config.ts'
import { OtlpGrpcReceiver } from '../../src/ingest/otlp/grpc/receiver.ts'
import { OtlpHttpReceiver } from '../../src/ingest/otlp/http/receiver.ts'
import { Meter } from '../../src/telemetry/meter.ts'

/**
 * One server that takes export requests and forgets them, a process of its own; argv names which. What is compared is
 * the transport alone: bytes to a contiguous payload, and an empty answer. Ours does all it does in the daemon up to
 * the intake (limits, metrics, batch); the peers do nothing but collect the bytes.
 */

const intake: Intake = { admit: () => null, submit: (_batch, _format, settle) => settle(DONE) }
const deps = {
  intake,
  pool: new BatchPool(new KeyTable(1)),
  clock: SYSTEM_CLOCK,
  logger: pino({ level: 'silent' }),
  meter: new Meter(),
}
const listen = { listen: '127.0.0.1:0' }
const config = otlpConfig.parse({ http: listen, grpc: listen })

async function ours(receiver: OtlpGrpcReceiver | OtlpHttpReceiver): Promise<number> {
  await receiver.start(AbortSignal.timeout(10_000))
  return receiver.address()!.port
}

function grpcJs(): Promise<number> {
  const pass = (bytes: Buffer): Buffer => bytes
  const service: ServiceDefinition = {
    Export: {
      path: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      requestStream: false,
      responseStream: false,
      requestSerialize: pass,
      requestDeserialize: pass,
      responseSerialize: pass,
      responseDeserialize: pass,
    },
  }
  const empty = Buffer.alloc(0)
  const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 })
  server.addService(service, {
    Export: (_call: unknown, done: (e: null, b: Buffer) => void) => done(null, empty),
  })
  return new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    ),
  )
}

function nodeHttp(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      Buffer.concat(chunks)
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 }).end()
    })
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
}

const KINDS: Readonly<Record<string, () => Promise<number>>> = {
  'telltale-grpc': () => ours(new OtlpGrpcReceiver(config, deps)),
  'grpc-js': grpcJs,
  'telltale-http': () => ours(new OtlpHttpReceiver(config, deps)),
  'node-http': nodeHttp,
}

process.send!({ port: await KINDS[process.argv[2]!]!() })
process.on('disconnect', () => process.exit(0))
