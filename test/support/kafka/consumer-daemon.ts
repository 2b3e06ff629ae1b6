import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Finding } from '../../../src/core/finding.ts'
import { type Daemon, startDaemon } from '../daemon.ts'
import { CLIENT, type Client } from './with-broker.ts'

/** The daemon as a consumer, with findings in a file that outlives its kills. */
export interface ConsumerDaemonOptions {
  readonly broker: string
  readonly groupId: string
  /** Entries of `ingest.kafka.topics`. */
  readonly topics: readonly object[]
  readonly folder: string
  readonly client?: Client
  /** More of `ingest.kafka`. */
  readonly kafka?: object
  /** More of the whole configuration. */
  readonly config?: object
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'telltale-kafka-'))
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

const started: Daemon[] = []
// a failed test leaves its daemon, which would keep the file's process for ever
after(() => Promise.all(started.map((daemon) => daemon.stop('SIGKILL'))))

export async function startConsumer(options: ConsumerDaemonOptions): Promise<Daemon> {
  const { broker, groupId, topics, folder } = options
  const key = join(folder, 'shared.key')
  writeFileSync(key, Buffer.alloc(32, 7)) // the same for all, as state that is handed over needs it
  const daemon = await startDaemon({
    folder,
    config: {
      instanceKeyFile: key,
      ingest: {
        otlp: { http: { enabled: false }, grpc: { enabled: false } },
        kafka: {
          enabled: true,
          client: options.client ?? CLIENT,
          brokers: [broker],
          groupId,
          topics,
          startFrom: 'earliest',
          checkpointEvery: '300ms',
          sessionTimeout: '6s',
          ...options.kafka,
        },
      },
      sinks: {
        outputs: { file: { type: 'jsonl', path: join(folder, 'findings.jsonl') } },
        routes: [
          {
            to: ['file'],
            groupWait: '0s',
            repeatInterval: '0s', // memory of one instance, which two do not share
            rateLimit: { findings: 1_000_000, per: '1m' },
          },
        ],
      },
      ...options.config,
    },
  })
  started.push(daemon)
  return daemon
}

/** Findings written so far, whole lines only. */
export function findingsOf(text: string): Finding[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.flatMap((line) => {
    try {
      const parsed = JSON.parse(line) as Finding & { finding?: Finding }
      return [parsed.finding ?? parsed]
    } catch {
      return [] // cut short by a kill
    }
  })
}

/** A counter or gauge of the daemon, all label sets added up. */
export async function metric(daemon: Daemon, name: string): Promise<number> {
  const text = await daemon.get('/metrics')
  let sum = 0
  for (const line of text.split('\n')) {
    const m = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`).exec(line)
    if (m !== null) sum += Number(m[1])
  }
  return sum
}
