import { AlertmanagerSink } from './alertmanager/sink.ts'
import type { OutputConfig } from './config.ts'
import type { Sink } from './delivery/sink.ts'
import { JsonlSink } from './jsonl/sink.ts'
import { KafkaSink } from './kafka/sink.ts'
import { OtlpSink } from './otlp/sink.ts'
import { PagerdutySink } from './pagerduty/sink.ts'
import type { RoutedSink } from './routing/router.ts'
import type { SinkDeps } from './sink-deps.ts'
import { SlackSink } from './slack/sink.ts'
import { WebhookSink } from './webhook/sink.ts'

/** The sink of an output's configuration. */
export function makeSink(config: OutputConfig, deps: SinkDeps): Sink {
  switch (config.type) {
    case 'jsonl':
      return new JsonlSink(config, deps)
    case 'alertmanager':
      return new AlertmanagerSink(config, deps)
    case 'slack':
      return new SlackSink(config, deps)
    case 'pagerduty':
      return new PagerdutySink(config, deps)
    case 'otlp':
      return new OtlpSink(config, deps)
    case 'kafka':
      return new KafkaSink(config, deps.kafka)
    case 'webhook':
      return new WebhookSink(config, deps)
  }
}

/** Machines that keep a record hear of every update; people hear when it gets worse. */
const EVERY_UPDATE: ReadonlySet<OutputConfig['type']> = new Set(['jsonl', 'alertmanager', 'otlp', 'kafka'])

export function routedSink(name: string, config: OutputConfig, sink: Sink): RoutedSink {
  const updates = EVERY_UPDATE.has(config.type) ? 'all' : 'rise'
  return { name, updates, sightingMs: sink.traits.sightingMs }
}
