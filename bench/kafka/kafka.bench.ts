import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CompressionTypes, Partitioners } from 'kafkajs'
import { until } from '../../test/support/daemon.ts'
import { startBroker } from '../../test/support/kafka/broker.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../test/support/kafka/consumer-daemon.ts'
import { client as connection, makeTopics, produce, unique } from '../../test/support/kafka/with-broker.ts'
import { cpuSeconds } from '../e2e/cpu-time.ts'
import { encodeProto, logsRequest } from '../support/payload.ts'
import { writeResult } from '../support/results.ts'
import { cpuSplit } from './cpu-split.ts'
import { snapshotCost } from './snapshot.bench.ts'

/**
 * `npm run bench:kafka [kafkajs|rdkafka]`: messages per CPU second of the whole daemon over a bare loop of the same
 * client that only counts, in one run, and where its main thread spends them; how long a hand-over takes; what
 * checkpoints cost. Start-up is not counted.
 * Ratios go to bench/results/kafka.json.
 */

const clients = process.argv[2] === undefined ? ['kafkajs', 'rdkafka'] : [process.argv[2]]
const SAMPLES = 16
const ROUNDS = 2
const POLL_MS = 1000
const CASES = [
  { name: '300 B JSON', encoding: 'json', messages: 200_000, perSend: 2000 },
  { name: '50 KB OTLP', encoding: 'otlp_proto', messages: 2400, perSend: 8 },
] as const

const FIELDS = { time: 'ts', severity: 'level', service: 'app', body: 'msg' }
const given = process.env['TELLTALE_TEST_KAFKA']
const own = given === undefined ? await startBroker() : null
const broker = given ?? own!.address

function messageOf(encoding: string, i: number): Uint8Array | string {
  if (encoding === 'json') {
    const message = `GET /cart/${i % 97} took a while, nothing special about it`.padEnd(190, '.')
    return JSON.stringify({ ts: Date.now(), level: 'info', app: `service-${i % 20}`, msg: message, n: i })
  }
  return encodeProto(logsRequest({ seed: i, records: 125, startMs: Date.now() - 60_000 + i * 125 }))
}

async function bare(client: string, topic: string, messages: number): Promise<number> {
  const script = join(import.meta.dirname, 'bare-consumer.ts')
  const flags = [
    '--conditions=telltale-source',
    script,
    broker,
    topic,
    randomUUID(),
    String(messages),
    client,
  ]
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await until(() => text.includes('ready'), 20_000)
  const before = cpuSeconds(child.pid!)
  await until(() => text.includes('done'), 120_000)
  const used = cpuSeconds(child.pid!) - before
  child.kill('SIGTERM')
  return used
}

async function daemon(topic: string, encoding: string, messages: number): Promise<number> {
  const folder = newFolder()
  const kafka = { checkpointEvery: '30s', sessionTimeout: '30s' }
  const topics = [{ topic, encoding, fields: encoding === 'json' ? FIELDS : {} }]
  const consumer = await startConsumer({ broker, groupId: randomUUID(), topics, folder, kafka })
  const first = await metric(consumer, 'telltale_kafka_messages_total')
  const before = cpuSeconds(consumer.pid)
  // seldom: rendering the metrics takes CPU, which would count as the daemon's
  while ((await metric(consumer, 'telltale_kafka_messages_total')) < messages) await sleep(POLL_MS)
  const used = (cpuSeconds(consumer.pid) - before) / (1 - first / messages)
  await consumer.stop()
  removeFolder(folder)
  return used
}

/** One more run, profiled: its figures are not counted, its shares are. */
async function split(topic: string, encoding: string, messages: number): Promise<Record<string, number>> {
  const folder = newFolder()
  process.env['NODE_OPTIONS'] = `--cpu-prof --cpu-prof-dir=${folder}`
  try {
    await daemon(topic, encoding, messages)
  } finally {
    delete process.env['NODE_OPTIONS']
  }
  const shares = cpuSplit(folder)
  removeFolder(folder)
  return shares
}

/** From the end of one of two instances to the other having all partitions again with their state, ms. */
async function handOver(): Promise<number> {
  const topic = unique('hand-over')
  await makeTopics(broker, 4, topic)
  await produce(
    broker,
    topic,
    Array.from({ length: 4000 }, (_, i) => ({ value: messageOf('json', i), partition: i % 4 })),
  )
  const topics = [{ topic, encoding: 'json', fields: FIELDS }]
  const groupId = randomUUID()
  const kafka = { snapshotTopic: unique('state') }
  const folders = [newFolder(), newFolder()]
  const stays = await startConsumer({ broker, groupId, topics, folder: folders[0]!, kafka })
  await until(async () => (await metric(stays, 'telltale_rows_total')) === 4000, 30_000)
  const goes = await startConsumer({ broker, groupId, topics, folder: folders[1]!, kafka })
  await until(() => goes.output.includes('"partition assigned"'), 30_000)
  const assigned = () => stays.output.split('"partition assigned"').length - 1
  const before = assigned()
  const startMs = performance.now()
  const gone = goes.stop()
  await until(() => assigned() >= before + 4, 30_000)
  const tookMs = performance.now() - startMs
  await gone
  await stays.stop()
  for (const folder of folders) removeFolder(folder)
  return tookMs
}

const result: Record<string, Record<string, unknown>> = {}
for (const { name, encoding, messages, perSend } of CASES) {
  const topic = unique('bench')
  await makeTopics(broker, 4, topic)
  const samples = Array.from({ length: SAMPLES }, (_, i) => messageOf(encoding, i))
  const bytes = samples.reduce((n, s) => n + s.length, 0) / SAMPLES
  const producer = connection(broker).producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  for (let i = 0; i < messages; i += perSend) {
    const batch = Array.from({ length: perSend }, (_, k) => ({
      value: Buffer.from(samples[(i + k) % SAMPLES]!),
    }))
    await producer.send({ topic, messages: batch, compression: CompressionTypes.GZIP })
  }
  await producer.disconnect()
  for (const client of clients) {
    process.env['TELLTALE_TEST_KAFKA_CLIENT'] = client
    let [b, d] = [Infinity, Infinity]
    for (let round = 0; round < ROUNDS; round++) {
      b = Math.min(b, await bare(client, topic, messages))
      d = Math.min(d, await daemon(topic, encoding, messages))
    }
    const shares = await split(topic, encoding, messages)
    result[client] = { ...result[client], [name]: { ratio: Number((b / d).toPrecision(2)), shares } }
    process.stdout.write(
      `${client}, ${name}: ${Math.round(bytes)} B; bare ${Math.round(messages / b)}/CPU s, daemon ${Math.round(messages / d)}/CPU s, ratio ${(b / d).toFixed(2)}\n  ${JSON.stringify(shares)}\n`,
    )
  }
}
for (const client of clients) {
  process.env['TELLTALE_TEST_KAFKA_CLIENT'] = client
  const tookMs = await handOver()
  result[client] = { ...result[client], handOverSeconds: Number((tookMs / 1000).toFixed(2)) }
  process.stdout.write(`${client}: hand-over of 4 partitions in ${Math.round(tookMs)} ms\n`)
}
await own?.stop()
const snapshots: Record<string, unknown> = {}
for (const wanted of [1_000, 10_000, 100_000]) {
  const { bytesPerSeries, pauseMs, heldMs, heldOverCopy, residentRatio } = await snapshotCost(wanted)
  snapshots[wanted] = { bytesPerSeries, ...rounded({ pauseMs, heldMs, heldOverCopy, residentRatio }) }
  process.stdout.write(
    `${wanted} series: longest turn ${pauseMs.toFixed(1)} ms, stream held ${heldMs.toFixed(1)} ms, ${heldOverCopy.toFixed(1)} times a copy; ${bytesPerSeries} B a series; resident memory times ${residentRatio.toFixed(2)}\n`,
  )
}
if (clients.length === 2) writeResult('kafka', { ...result, snapshots })
process.exit(0)

function rounded(numbers: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).map(([name, x]) => [name, Number(x.toPrecision(3))]))
}
