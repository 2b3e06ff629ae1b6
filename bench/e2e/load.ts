import { GrpcSender } from './grpc-sender.ts'
import { HttpSender } from './http-sender.ts'
import { type LivePayload, livePayload, type PayloadFormat } from './live-payload.ts'
import { RETRY_AFTER_MS, type Sender } from './sender.ts'

/**
 * The load generator, a process of its own (child_process.fork). It builds its payloads first, so that while it sends
 * it costs little of the CPU the server is measured on.
 *
 *   parent -> { kind: 'start', ... }  { kind: 'stop' }  { kind: 'count' }
 *   child  -> { kind: 'ready' }  { kind: 'count', ... }  { kind: 'stopped', ... }
 */
export interface LoadOrder {
  readonly kind: 'start'
  readonly host: string
  readonly port: number
  readonly protocol: 'http' | 'grpc'
  readonly format: PayloadFormat
  readonly gzip: boolean
  readonly connections: number
  /** Stops by itself after so many records; 0 goes on until told. */
  readonly recordsMax: number
}

export interface LoadCount {
  readonly kind: 'count' | 'stopped'
  readonly records: number
  readonly requests: number
  readonly refused: number
  readonly retried: number
}

const RECORDS = 512
const RETRYABLE: ReadonlySet<number> = new Set([429, 503, 1008, 1014])

const [countText = '128', seriesText = '10000', format = 'protobuf'] = process.argv.slice(2)
const payloads: LivePayload[] = Array.from({ length: Number(countText) }, (_, i) =>
  livePayload(
    { seed: 1000 + i, records: RECORDS, series: Number(seriesText), stepMs: 0.02 },
    format as PayloadFormat,
  ),
)
let next = 0
let running = false
let count = { records: 0, requests: 0, refused: 0, retried: 0 }
let senders: Promise<void>[] = []

function senderOf(order: LoadOrder): Sender {
  if (order.protocol === 'grpc') return new GrpcSender(order.host, order.port)
  const contentType = order.format === 'json' ? 'application/json' : 'application/x-protobuf'
  return new HttpSender({ host: order.host, port: order.port, contentType, gzip: order.gzip })
}

async function pump(order: LoadOrder): Promise<void> {
  const sender = senderOf(order)
  await sender.open()
  while (running && (order.recordsMax === 0 || count.records < order.recordsMax)) {
    const payload = payloads[next++ % payloads.length]!
    payload.stamp(Date.now())
    let status = await sender.send(payload)
    while (RETRYABLE.has(status) && running) {
      count.retried++
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS))
      status = await sender.send(payload)
    }
    count.requests++
    if (status === 200) count.records += payload.records
    else count.refused++
    if (status === 0) break
  }
  sender.close()
}

process.on('message', (message: LoadOrder | { kind: 'stop' } | { kind: 'count' }) => {
  if (message.kind === 'count') process.send!({ ...count, kind: 'count' } satisfies LoadCount)
  else if (message.kind === 'stop') running = false
  else {
    running = true
    count = { records: 0, requests: 0, refused: 0, retried: 0 }
    senders = Array.from({ length: message.connections }, () => pump(message))
    void Promise.allSettled(senders).then(() =>
      process.send!({ ...count, kind: 'stopped' } satisfies LoadCount),
    )
  }
})
process.send!({ kind: 'ready' })
