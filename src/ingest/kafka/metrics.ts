import type { Counter, CounterFamily, Meter } from '../../telemetry/meter.ts'
import type { OwnedPartition } from './partition.ts'

/** What the Kafka receiver counts; partitions that are ours are listed when scraped. */
export class KafkaMetrics {
  readonly messages: CounterFamily
  readonly bytes: CounterFamily
  readonly undecodable: CounterFamily
  readonly rebalances: Counter
  readonly commits: CounterFamily
  readonly pauses: Counter
  readonly starts: CounterFamily
  readonly missed: CounterFamily

  constructor(meter: Meter, owned: () => Iterable<OwnedPartition>) {
    this.messages = meter.counterFamily('telltale_kafka_messages_total', 'Messages read.', ['topic'])
    this.bytes = meter.counterFamily('telltale_kafka_bytes_total', 'Bytes of message values read.', ['topic'])
    this.undecodable = meter.counterFamily(
      'telltale_kafka_undecodable_total',
      'Messages that could not be decoded, by what became of them.',
      ['topic', 'code', 'fate'],
    )
    this.rebalances = meter.counter(
      'telltale_kafka_rebalances_total',
      'Times partitions were taken from this member.',
    )
    this.commits = meter.counterFamily('telltale_kafka_commits_total', 'Offset commits, by outcome.', [
      'outcome',
    ])
    this.pauses = meter.counter(
      'telltale_kafka_pauses_total',
      'Times a partition waited because the queue was full.',
    )
    this.starts = meter.counterFamily(
      'telltale_kafka_starts_total',
      'Partitions begun or begun anew, by where: resumed, committed, first, new, expired, recreated.',
      ['topic', 'why'],
    )
    this.missed = meter.counterFamily(
      'telltale_kafka_missed_messages_total',
      'Messages deleted by retention before they could be observed.',
      ['topic'],
    )
    const each = (read: (p: OwnedPartition) => number) => () =>
      [...owned()].map((p) => ({
        labels: { topic: p.at.topic, partition: String(p.at.partition) },
        value: read(p),
      }))
    const labels = ['topic', 'partition']
    meter.gaugeFamily(
      'telltale_kafka_lag_messages',
      'Messages between the newest on the broker and the newest observed.',
      labels,
      each((p) => p.lag),
    )
    meter.gaugeFamily(
      'telltale_kafka_offset',
      'Next offset to observe.',
      labels,
      each((p) => p.next),
    )
    meter.gaugeFamily(
      'telltale_kafka_checkpoint_offset',
      'Offset of the newest durable checkpoint.',
      labels,
      each((p) => p.saved),
    )
    meter.gaugeFamily(
      'telltale_kafka_paused',
      '1 while a partition waits because the queue is full.',
      labels,
      each((p) => (p.paused ? 1 : 0)),
    )
  }
}
