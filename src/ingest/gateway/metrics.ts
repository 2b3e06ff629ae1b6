import { SIGNAL_NAMES } from '../../columns/record-batch.ts'
import type { ProducedMessage } from '../../core/kafka-producer.ts'
import type { Counter, CounterFamily, Histogram, Meter } from '../../telemetry/meter.ts'

/** What the gateway counts, once a send. Lists are indexed by signal. */
export class GatewayMetrics {
  readonly rejected: Counter
  readonly failures: CounterFamily
  readonly sendSeconds: Histogram
  readonly #messages: readonly Counter[]
  readonly #bytes: readonly Counter[]

  constructor(meter: Meter, waitingBytes: () => number) {
    const bySignal = (name: string, help: string) => {
      const family = meter.counterFamily(name, help, ['signal'])
      return SIGNAL_NAMES.map((signal) => family.with(signal))
    }
    this.#messages = bySignal('telltale_gateway_messages_total', 'Messages that Kafka has.')
    this.#bytes = bySignal('telltale_gateway_bytes_total', 'Bytes of these messages, uncompressed.')
    this.rejected = meter.counter(
      'telltale_gateway_rejected_total',
      'Records left out because one alone is larger than a message may be.',
    )
    this.failures = meter.counterFamily(
      'telltale_gateway_failures_total',
      'Sends that Kafka did not take, by error.',
      ['error'],
    )
    this.sendSeconds = meter.histogram('telltale_gateway_send_seconds', 'Time of one send to Kafka.')
    meter.gauge(
      'telltale_gateway_waiting_bytes',
      'Bytes that wait for Kafka, those under way included.',
      waitingBytes,
    )
  }

  /** @param topics by signal */
  written(messages: readonly ProducedMessage[], topics: readonly string[]): void {
    for (const { topic, value } of messages) {
      const signal = topics.indexOf(topic)
      this.#messages[signal]!.add()
      this.#bytes[signal]!.add(value?.length ?? 0)
    }
  }
}
