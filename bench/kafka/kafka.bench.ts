import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { until } from '../../test/support/daemon.ts'
import { startBroker } from '../../test/support/kafka/broker.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../test/support/kafka/consumer-daemon.ts'
import { makeTopics, produce, unique } from '../../test/support/kafka/with-broker.ts'
import { cpuSeconds } from '../e2e/cpu-time.ts'
import { encodeProto, logsRequest } from '../support/payload.ts'

/**
 * `npm run bench:kafka [kafkajs|rdkafka]`: messages per CPU second of the whole daemon over a bare loop of the same
 * client that only counts, in one run. Start-up is not counted; what both do before the first message is.
 */

const client = process.argv[2] ?? 'kafkajs'
process.env['TELLTALE_TEST_KAFKA_CLIENT'] = client
const SAMPLES = 16
const CASES = [
  { name: '300 B JSON', encoding: 'json', messages: 200_000, perSend: 2000 },
  { name: '50 KB OTLP', encoding: 'otlp_proto', messages: 1600, perSend: 8 },
] as const

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

async function bare(topic: string, messages: number): Promise<number> {
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
  const fields = { time: 'ts', severity: 'level', service: 'app', body: 'msg' }
  const kafka = { checkpointEvery: '30s', sessionTimeout: '30s' }
  const topics = [{ topic, encoding, fields: encoding === 'json' ? fields : {} }]
  const process = await startConsumer({ broker, groupId: randomUUID(), topics, folder, kafka })
  const first = await metric(process, 'telltale_kafka_messages_total')
  const before = cpuSeconds(process.pid)
  await until(async () => (await metric(process, 'telltale_kafka_messages_total')) >= messages, 120_000)
  const used = (cpuSeconds(process.pid) - before) / (1 - first / messages)
  await process.stop()
  removeFolder(folder)
  return used
}

process.stdout.write(`client ${client}\n`)
for (const { name, encoding, messages, perSend } of CASES) {
  const topic = unique('bench')
  await makeTopics(broker, 4, topic)
  const samples = Array.from({ length: SAMPLES }, (_, i) => messageOf(encoding, i))
  const bytes = samples.reduce((n, s) => n + s.length, 0) / SAMPLES
  for (let i = 0; i < messages; i += perSend) {
    const batch = Array.from({ length: perSend }, (_, k) => ({ value: samples[(i + k) % SAMPLES]! }))
    await produce(broker, topic, batch, 1)
  }
  const [b1, d1] = [await bare(topic, messages), await daemon(topic, encoding, messages)]
  const [b2, d2] = [await bare(topic, messages), await daemon(topic, encoding, messages)]
  const [b, d] = [Math.min(b1, b2), Math.min(d1, d2)]
  process.stdout.write(
    `${name}: ${Math.round(bytes)} B; bare ${Math.round(messages / b)}/CPU s, daemon ${Math.round(messages / d)}/CPU s, ratio ${(b / d).toFixed(3)}\n`,
  )
}
await own?.stop()
process.exit(0)
