import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { kafkaConfig } from '../../src/ingest/kafka/config.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../test/support/kafka/consumer-daemon.ts'
import type { Client } from '../../test/support/kafka/with-broker.ts'
import { cpuSeconds } from '../e2e/cpu-time.ts'
import { FIELDS, type Traffic } from './traffic.ts'

export interface Seen {
  readonly messages: number
  /** User and system, all threads. */
  readonly cpuSeconds: number
}

/** A process that reads the topic from its beginning, and stands still whenever it is not measured. */
export interface Peer {
  readonly pid: number
  /** So far. */
  seen(): Promise<Seen>
  stop(): Promise<void>
}

/** Nobody is thrown out of the group for standing still. */
const SESSION_MS = 600_000
/** Of both. */
const FETCH_BYTES = kafkaConfig.parse({}).fetchBytes

export async function bare(broker: string, topic: string, client: Client): Promise<Peer> {
  const script = join(import.meta.dirname, 'bare-consumer.ts')
  const args = [
    '--conditions=telltale-source',
    script,
    broker,
    topic,
    randomUUID(),
    client,
    String(SESSION_MS),
    String(FETCH_BYTES),
  ]
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return {
    pid: child.pid!,
    async seen() {
      child.send('seen')
      return ((await once(child, 'message')) as [Seen])[0]
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

export async function daemon(broker: string, topic: string, traffic: Traffic, client: Client): Promise<Peer> {
  const { encoding, records } = traffic
  const folder = newFolder()
  const kafka = {
    checkpointEvery: '30s',
    sessionTimeout: `${SESSION_MS / 1000}s`,
  }
  const topics = [{ topic, encoding, fields: encoding === 'json' ? FIELDS : {} }]
  const consumer = await startConsumer({ broker, groupId: randomUUID(), topics, folder, client, kafka })
  return {
    pid: consumer.pid,
    async seen() {
      // what went through the detectors: a fetch is counted as read when it begins
      const rows = await metric(consumer, 'telltale_rows_total')
      return { messages: rows / records, cpuSeconds: cpuSeconds(consumer.pid) }
    },
    async stop() {
      await consumer.stop()
      removeFolder(folder)
    },
  }
}

/** Lets the peer read on until it has seen that many. */
export async function readUntil(peer: Peer, messages: number): Promise<void> {
  process.kill(peer.pid, 'SIGCONT')
  while ((await peer.seen()).messages < messages) await sleep(250)
  process.kill(peer.pid, 'SIGSTOP')
}

/** Lets the peer read on for a while. @returns what that came to */
export async function measure(peer: Peer, durationMs: number): Promise<Seen> {
  process.kill(peer.pid, 'SIGCONT')
  const before = await peer.seen()
  await sleep(durationMs)
  const after = await peer.seen()
  process.kill(peer.pid, 'SIGSTOP')
  return { messages: after.messages - before.messages, cpuSeconds: after.cpuSeconds - before.cpuSeconds }
}
