import { CompressionTypes, type Message } from 'kafkajs'
import { client as connection, makeTopics, unique } from '../../test/support/kafka/with-broker.ts'
import { livePayload } from '../e2e/live-payload.ts'
import { type LogRecord, logsRequest } from '../support/payload.ts'

/**
 * A topic full of the traffic of `bench:e2e` (10,000 pairs of service and route, 10% of bodies with URLs, 0.5% with
 * secrets), keyed as the gateway keys it: each service in one of four partitions. Time goes on from message to message,
 * {@link PER_SECOND} records in a second of it; the messages of a few seconds come again, later.
 */
export interface Traffic {
  readonly name: string
  readonly encoding: 'otlp_proto' | 'json'
  /** Of one message. */
  readonly records: number
  readonly messages: number
  /** Messages of one partition in one compressed set. */
  readonly together: number
  /** Messages read before anything is measured. */
  readonly warm: number
}

export const PARTITIONS = 4
const PER_SECOND = 20_000
const SERIES = 10_000
/** What comes again, records of a partition. */
const RECORDS = 16_000
const PER_REQUEST = 125
/** Time of the first record, before now: nothing is later than its arrival. */
const BEFORE_MS = 3_600_000

export const FIELDS = { time: 'ts', severity: 'level', service: 'app', body: 'msg' }

/** Makes the message whose first record is at `timeMs`. */
type Make = (timeMs: number) => Buffer

/** @returns name of the topic, and bytes of a message on average */
export async function fill(broker: string, traffic: Traffic): Promise<{ topic: string; bytes: number }> {
  const topic = unique('bench')
  await makeTopics(broker, PARTITIONS, topic)
  const producer = connection(broker).producer()
  await producer.connect()
  const makers = Array.from({ length: PARTITIONS }, (_, p) => makersOf(traffic, p))
  const startMs = Date.now() - BEFORE_MS
  const stepMs = (1000 * PARTITIONS * traffic.records) / PER_SECOND
  let bytes = 0
  for (let first = 0; first * PARTITIONS < traffic.messages; first += traffic.together) {
    const messages: Message[] = []
    for (const [partition, make] of makers.entries()) {
      for (let i = first; i < first + traffic.together; i++) {
        const timeMs = Math.floor(startMs + i * stepMs)
        const value = make[i % make.length]!(timeMs)
        bytes += value.length
        messages.push({ partition, value, timestamp: String(timeMs + Math.ceil(stepMs)) })
      }
    }
    await producer.send({ topic, messages, compression: CompressionTypes.GZIP })
  }
  await producer.disconnect()
  return { topic, bytes: bytes / traffic.messages }
}

/** The messages of a partition that come again and again. */
function makersOf({ encoding, records }: Traffic, partition: number): Make[] {
  const stepMs = (1000 * PARTITIONS) / PER_SECOND
  const all: Make[] = []
  for (let i = 0; i * PER_REQUEST < RECORDS; i++) {
    const seed = 1 + partition + i * PARTITIONS
    const shape = { seed, records: PER_REQUEST, series: SERIES / PARTITIONS, stepMs }
    if (encoding === 'json') all.push(...jsonLines(shape))
    else {
      const payload = livePayload({ ...shape, records }, 'protobuf')
      all.push((timeMs) => {
        payload.stamp(timeMs)
        return Buffer.from(payload.bytes)
      })
    }
  }
  return all
}

/** One log object a message, as an application writes it. */
function jsonLines(shape: Parameters<typeof logsRequest>[0]): Make[] {
  return logsRequest(shape).resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs[0]!.logRecords.map((record) => {
      const line = objectOf(record, String(textOf(resource.attributes, 'service.name')))
      return (ts: number) => Buffer.from(JSON.stringify({ ts, ...line }))
    }),
  )
}

function objectOf({ severityText, body, attributes, traceId }: LogRecord, app: string) {
  const msg = textOf([{ key: 'body', value: body }], 'body')
  const route = textOf(attributes, 'http.route')
  const user = textOf(attributes, 'user.id')
  const thread = textOf(attributes, 'thread.name')
  return { level: severityText, app, msg, 'http.route': route, user, thread, traceId }
}

function textOf(attributes: LogRecord['attributes'], key: string): unknown {
  return Object.values(attributes.find((a) => a.key === key)?.value ?? {})[0]
}
