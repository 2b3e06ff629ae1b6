import { KafkaOutput } from '../../../src/simulate/kafka-output.ts'
import { PRESETS } from '../../../src/simulate/scenario.ts'
import { Simulation } from '../../../src/simulate/simulation.ts'
import { SimTraffic } from '../../../src/simulate/traffic.ts'

export interface TrafficOptions {
  readonly brokers: readonly string[]
  readonly topic: string
  readonly durationMs: number
  readonly perSecond: number
  /** Event seconds per second; Infinity as fast as the broker takes it. */
  readonly speed: number
  readonly startMs: number
  readonly seed?: number
}

/** The simulator's logs of the mixed scenario into one topic; resolves when all is written. */
export async function simulateInto(options: TrafficOptions): Promise<number> {
  const { topic, durationMs, perSecond, speed, startMs, seed = 7 } = options
  const traffic = new SimTraffic({ ...PRESETS.mixed, durationMs, perSecond }, seed, startMs)
  const topics = { logs: topic, spans: topic, metrics: topic }
  const output = new KafkaOutput({ brokers: options.brokers, format: 'protobuf', gzip: true, topics })
  const simulation = new Simulation(traffic, output, {
    signals: ['logs'],
    batchMax: 100,
    concurrency: 1,
    speed,
    pacedFromMs: startMs,
    patienceMs: 60_000,
  })
  await simulation.run(new AbortController().signal)
  await output.close()
  return simulation.progress.requests
}
