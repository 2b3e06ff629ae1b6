import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BlobStore } from '../../../src/core/blob-store.ts'
import type { Finding } from '../../../src/core/finding.ts'
import { BlobTopic } from '../../../src/ingest/kafka/blob-topic.ts'
import { kafkaConfig } from '../../../src/ingest/kafka/config.ts'
import { KafkajsProducer } from '../../../src/ingest/kafka/kafkajs-producer.ts'
import { BlobFiles } from '../../../src/state/blob-files.ts'
import { decodeSnapshot } from '../../../src/state/snapshot-format.ts'
import { type Daemon, until } from '../daemon.ts'
import { memoryLogger } from '../silent-logger.ts'
import { findingsOf, newFolder, removeFolder, startConsumer } from './consumer-daemon.ts'
import { simulateInto } from './traffic.ts'
import { CLIENT, type Client, committed, ends, makeTopics, SHORTEST_SESSION, unique } from './with-broker.ts'

/** Runs of the daemon over one topic, disturbed and undisturbed, and what they found. */

const PARTITIONS = 3
/** Event time far enough back that the wall clock says nothing about it. */
const DAY_MS = 86_400_000

/** What a finding said; two runs that observed the same say the same. */
const said = (f: Finding): string => {
  const evidence = f.kind === 'anomaly' ? JSON.stringify(f.detectors) : f.rule
  return `${f.id} ${f.kind} ${f.state} ${f.detectedMs} ${f.score} ${evidence}`
}

export interface Found {
  readonly said: ReadonlySet<string>
  /** Lines that say what another line has said. */
  readonly doubled: number
}

export const foundIn = (...folders: string[]): Found => {
  const all = folders.flatMap((f) => findingsOf(readFileSync(join(f, 'findings.jsonl'), 'utf8'))).map(said)
  const set = new Set(all)
  return { said: set, doubled: all.length - set.size }
}

/**
 * What the detectors know of each partition in the end, to the last bit: where it is the same, so is every score that
 * follows, and so was every score on the way.
 */
export async function finalStates(store: BlobStore, topic: string): Promise<readonly string[]> {
  const all: string[] = []
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { value: bytes } = await store.get(`kafka:${topic}/${partition}`)[Symbol.asyncIterator]().next()
    const { offset, state } = decodeSnapshot(Buffer.from(bytes as Uint8Array))
    all.push(`${partition}@${offset} ${createHash('sha256').update(state).digest('hex')}`)
  }
  return all
}

export const filesOf = (folder: string): BlobStore => new BlobFiles(join(folder, 'data/state'))

async function statesInTopic(stage: Stage, groupId: string, snapshotTopic: string) {
  const config = kafkaConfig.parse({ brokers: [stage.broker], groupId })
  const logger = memoryLogger()
  const producer = new KafkajsProducer(config, logger)
  const store = new BlobTopic(config, snapshotTopic, producer, logger)
  try {
    return await finalStates(store, stage.topic)
  } finally {
    await store.stop()
    await producer.stop()
  }
}

export interface Run extends Found {
  readonly states: readonly string[]
}

export interface Stage {
  readonly broker: string
  readonly topic: string
  readonly client: Client
  /** Event seconds per second of the simulator. */
  readonly speed: number
}

/** Starts writing half an hour of traffic; `written` resolves when all of it is in the topic. */
export async function startTraffic(
  broker: string,
  speed: number,
  client = CLIENT,
): Promise<Stage & { written: Promise<number> }> {
  const topic = unique('chaos')
  await makeTopics(broker, PARTITIONS, topic)
  const startMs = Date.now() - DAY_MS
  const written = simulateInto({
    brokers: [broker],
    topic,
    durationMs: 1_800_000,
    perSecond: 20,
    speed,
    startMs,
  })
  return { broker, topic, client, speed, written }
}

/** Until the group has committed all there is. */
export async function untilRead({ broker, topic }: Stage, groupId: string): Promise<void> {
  const end = (await ends(broker, topic)).join()
  const read = async () => (await committed(broker, groupId, topic).catch(() => [])).join() === end
  await until(read, 60_000, `group ${groupId} at ${end}`)
}

export function start(stage: Stage, groupId: string, folder: string, kafka: object = {}): Promise<Daemon> {
  const { broker, topic, client } = stage
  return startConsumer({ broker, groupId, topics: [{ topic }], folder, client, kafka })
}

/** One run from beginning to end that nothing disturbs. */
export async function undisturbed(stage: Stage, written?: Promise<unknown>): Promise<Run> {
  const folder = newFolder()
  const groupId = `calm-${randomUUID()}`
  const daemon = await start(stage, groupId, folder)
  await written
  await untilRead(stage, groupId)
  await daemon.stop()
  const found = { ...foundIn(folder), states: await finalStates(filesOf(folder), stage.topic) }
  removeFolder(folder)
  return found
}

/** Kills the daemon that many times while traffic is written, at random moments, some before it is ready. */
export async function killed(stage: Stage, times: number, written: Promise<unknown>): Promise<Run> {
  const folder = newFolder()
  const groupId = `killed-${randomUUID()}`
  const shortLived = { sessionTimeout: SHORTEST_SESSION } // what a killed member is waited for
  for (let i = 0; i < times; i++) {
    const daemon = await start(stage, groupId, folder, shortLived)
    await sleep(200 + Math.random() * 1500)
    await daemon.stop('SIGKILL')
  }
  const last = await start(stage, groupId, folder)
  await written
  await untilRead(stage, groupId)
  await last.stop()
  const found = { ...foundIn(folder), states: await finalStates(filesOf(folder), stage.topic) }
  removeFolder(folder)
  return found
}

/** A second instance joins and leaves that many times while traffic is written; state follows through a topic. */
export async function handedOver(
  stage: Stage,
  times: number,
  written: Promise<unknown>,
): Promise<Run & { cold: number; starts: number }> {
  const folder = newFolder()
  const groupId = `pair-${randomUUID()}`
  const kafka = { snapshotTopic: unique('state') }
  const home = (name: string): string => {
    const path = join(folder, name)
    mkdirSync(path, { recursive: true })
    return path
  }
  const stays = await start(stage, groupId, home('stays'), kafka)
  const folders = [home('stays')]
  let output = ''
  for (let i = 0; i < times; i++) {
    await sleep(1000 + Math.random() * 1000)
    const guest = await start(stage, groupId, home(`guest${i}`), kafka)
    folders.push(home(`guest${i}`))
    await until(() => guest.output.includes('"partition assigned"'), 20_000, 'an assignment')
    await sleep(500 + Math.random() * 1000)
    await guest.stop()
    output += guest.output
  }
  await written
  await untilRead(stage, groupId)
  await stays.stop()
  output += stays.output
  const found = foundIn(...folders.filter((f) => readable(f)))
  removeFolder(folder)
  const starts = output.split('"partition assigned"').length - 1
  const cold = output.split('"state":"cold"').length - 1
  const states = await statesInTopic(stage, groupId, kafka.snapshotTopic)
  return { ...found, states, cold, starts }
}

function readable(folder: string): boolean {
  try {
    readFileSync(join(folder, 'findings.jsonl'))
    return true
  } catch {
    return false // it left before it found anything
  }
}
