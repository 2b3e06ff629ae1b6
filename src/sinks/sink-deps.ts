import type { Clock } from '../core/clock.ts'
import type { KafkaProducer } from '../core/kafka-producer.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { OpenFindings } from './routing/open-findings.ts'

/** What the code gives to a sink, apart from what the user configured. */
export interface SinkDeps {
  /** The output's name in the configuration. */
  readonly name: string
  readonly clock: Clock
  readonly logger: Logger
  readonly publicUrl: string | undefined
  readonly open: OpenFindings
  /** The app's Kafka producer; throws when there is none. */
  readonly kafka: () => KafkaProducer
  /** File descriptor that `path: '-'` writes to. */
  readonly stdoutFd: number
}
