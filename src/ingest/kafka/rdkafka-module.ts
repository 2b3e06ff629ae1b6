import { createRequire } from 'node:module'

/** What is used of node-rdkafka 3.6. It is optional and built by `npm run build:rdkafka`, so its types are not there. */

export interface RdTopicPartition {
  readonly topic: string
  readonly partition: number
  readonly offset?: number
}

export interface RdMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp?: number
  readonly key?: Buffer | string | null
  readonly value: Buffer | null
  readonly headers?: readonly Readonly<Record<string, string | Buffer>>[]
}

export interface RdError {
  readonly code: number
  readonly message: string
}

type Callback<T> = (error: RdError | null | undefined, value: T) => void

export interface RdConsumer {
  connect(options: object, done: Callback<unknown>): void
  disconnect(done: () => void): void
  isConnected(): boolean
  subscribe(topics: readonly string[]): void
  assign(all: readonly RdTopicPartition[]): void
  unassign(): void
  assignments(): readonly RdTopicPartition[]
  consume(count: number, done: Callback<readonly RdMessage[]>): void
  setDefaultConsumeTimeout(ms: number): void
  seek(at: RdTopicPartition, timeoutMs: number, done: (error: RdError | null) => void): void
  commit(at: RdTopicPartition): void
  committed(
    all: readonly RdTopicPartition[],
    timeoutMs: number,
    done: Callback<readonly RdTopicPartition[]>,
  ): void
  queryWatermarkOffsets(
    topic: string,
    partition: number,
    timeoutMs: number,
    done: Callback<{ lowOffset: number; highOffset: number }>,
  ): void
  getMetadata(
    options: { topic: string; timeout: number },
    done: Callback<{ topics: { name: string; partitions: { id: number }[] }[] }>,
  ): void
  setOauthBearerToken(token: string): void
  on(event: string, listener: (...args: never[]) => void): void
}

export interface RdModule {
  readonly features: readonly string[]
  readonly librdkafkaVersion: string
  readonly KafkaConsumer: new (global: object, topic: object) => RdConsumer
}

/** `ERR__ASSIGN_PARTITIONS` and `ERR__REVOKE_PARTITIONS` of librdkafka. */
export const ASSIGN = -175
export const REVOKE = -174

/** @returns null when it is not built, or was built for another Node */
export function loadRdkafka(): RdModule | null {
  try {
    return createRequire(import.meta.url)('node-rdkafka') as RdModule
  } catch {
    return null
  }
}

/** Collector exporters may write zstd, and a build without it would stand still there. */
export const readsEverything = (module: RdModule): boolean => module.features.includes('zstd')
