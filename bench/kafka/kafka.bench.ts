import { randomUUID } from 'node:crypto'
import { until } from '../../test/support/daemon.ts'
import { startBroker } from '../../test/support/kafka/broker.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../test/support/kafka/consumer-daemon.ts'
import { type Client, makeTopics, produce, unique } from '../../test/support/kafka/with-broker.ts'
import { writeResult } from '../support/results.ts'
import { cpuSplit } from './cpu-split.ts'
import { bare, daemon, measure, type Peer, readUntil, type Seen } from './peers.ts'
import { snapshotCost } from './snapshot.bench.ts'
import { FIELDS, fill, type Traffic } from './traffic.ts'

/**
 * `npm run bench:kafka [kafkajs|rdkafka]`: messages per CPU second of the whole daemon over a bare loop of the same
 * client that only counts, and where its main thread spends them; how long a hand-over takes; what checkpoints cost.
 * Both read the same topic, warmed, in short rounds by turns, one standing still while the other reads: a shared
 * machine's speed changes in between.
 * Ratios go to bench/results/kafka.json.
 */

const both = ['kafkajs', 'rdkafka'] as const
const clients = both.filter((client) => (process.argv[2] ?? client) === client)
const ROUNDS = 7
const BARE_MS = 350
const DAEMON_MS = 1000
const CASES: readonly Traffic[] = [
  { name: '300 B JSON', encoding: 'json', records: 1, messages: 2_000_000, together: 500, warm: 300_000 },
  { name: '50 KB OTLP', encoding: 'otlp_proto', records: 105, messages: 34_000, together: 2, warm: 4000 },
]

const given = process.env['TELLTALE_TEST_KAFKA']
const own = given === undefined ? await startBroker() : null
const broker = given ?? own!.address

/** Messages per CPU second of each, over all rounds: a fetch is counted when all of it is inflated. */
async function compare(topic: string, client: Client, traffic: Traffic) {
  const only = await bare(broker, topic, client)
  await readUntil(only, traffic.warm)
  const ours = await daemon(broker, topic, traffic, client)
  await readUntil(ours, traffic.warm)
  const took: Record<'bare' | 'daemon', Seen[]> = { bare: [], daemon: [] }
  for (let i = 0; i < ROUNDS; i++) {
    took.bare.push(await measure(only, BARE_MS))
    took.daemon.push(await measure(ours, DAEMON_MS))
  }
  for (const peer of [only, ours]) await endOf(peer, traffic.messages)
  const sum = (of: readonly Seen[], what: keyof Seen) => of.reduce((n, seen) => n + seen[what], 0)
  const rate = (of: readonly Seen[]) => sum(of, 'messages') / sum(of, 'cpuSeconds')
  return { bare: rate(took.bare), daemon: rate(took.daemon) }
}

/** @throws when there was nothing left to read */
async function endOf(peer: Peer, messages: number): Promise<void> {
  process.kill(peer.pid, 'SIGCONT')
  const seen = await peer.seen()
  await peer.stop()
  if (seen.messages >= messages) throw new Error(`all ${messages} messages were read before the last round`)
}

/** One more run, profiled: its figures are not counted, its shares are. */
async function split(topic: string, client: Client, traffic: Traffic): Promise<object> {
  const folder = newFolder()
  process.env['NODE_OPTIONS'] = `--cpu-prof --cpu-prof-dir=${folder}`
  const ours = await daemon(broker, topic, traffic, client)
  delete process.env['NODE_OPTIONS']
  await readUntil(ours, 2 * traffic.warm)
  process.kill(ours.pid, 'SIGCONT')
  await ours.stop()
  const shares = cpuSplit(folder)
  removeFolder(folder)
  return shares
}

const line = (i: number) =>
  JSON.stringify({ ts: Date.now(), app: `service-${i % 20}`, msg: `order ${i} taken` })

/** From the end of one of two instances to the other having all partitions again with their state, ms. */
async function handOver(client: Client): Promise<number> {
  const topic = unique('hand-over')
  await makeTopics(broker, 4, topic)
  await produce(
    broker,
    topic,
    Array.from({ length: 4000 }, (_, i) => ({ value: line(i), partition: i % 4 })),
  )
  const topics = [{ topic, encoding: 'json', fields: FIELDS }]
  const groupId = randomUUID()
  const kafka = { snapshotTopic: unique('state') }
  const folders = [newFolder(), newFolder()]
  const stays = await startConsumer({ broker, groupId, topics, folder: folders[0]!, client, kafka })
  await until(async () => (await metric(stays, 'telltale_rows_total')) === 4000, 30_000)
  const goes = await startConsumer({ broker, groupId, topics, folder: folders[1]!, client, kafka })
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
for (const traffic of CASES) {
  const { topic, bytes } = await fill(broker, traffic)
  for (const client of clients) {
    const { bare: b, daemon: d } = await compare(topic, client, traffic)
    const ratio = d / b
    const shares = await split(topic, client, traffic)
    result[client] = { ...result[client], [traffic.name]: { ratio: Number(ratio.toPrecision(2)), shares } }
    process.stdout.write(
      `${client}, ${traffic.name}: ${Math.round(bytes)} B; bare ${Math.round(b)}/CPU s, daemon ${Math.round(d)}/CPU s, ratio ${ratio.toFixed(2)}\n  ${JSON.stringify(shares)}\n`,
    )
  }
}
for (const client of clients) {
  const tookMs = await handOver(client)
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
