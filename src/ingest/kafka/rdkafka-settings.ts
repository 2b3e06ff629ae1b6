import { TelltaleError } from '../../core/errors.ts'
import type { KafkaConfig } from './config.ts'

/** librdkafka's properties from the configuration; `clientOptions` has the last word. */
export function rdkafkaProperties(config: KafkaConfig): Record<string, unknown> {
  const { tls, sasl } = config
  if (sasl?.mechanism === 'oauthbearer' && sasl.tokenFile === undefined)
    throw new TelltaleError('CONFIG_INVALID', 'ingest.kafka.sasl.tokenFile: oauthbearer needs one')
  const protocol = `${sasl === undefined ? '' : 'sasl_'}${tls === undefined ? 'plaintext' : 'ssl'}`
  return {
    'client.id': config.clientId,
    'metadata.broker.list': config.brokers.join(','),
    'group.id': config.groupId,
    'session.timeout.ms': config.sessionTimeout,
    'heartbeat.interval.ms': Math.floor(config.sessionTimeout / 10),
    'max.poll.interval.ms': Math.max(300_000, config.sessionTimeout),
    'enable.auto.commit': false,
    'enable.auto.offset.store': false,
    'enable.partition.eof': true,
    // eager: an assignment is whole, and what was revoked is saved before anybody else has it
    'partition.assignment.strategy': 'roundrobin',
    'max.partition.fetch.bytes': config.fetchBytes,
    'queued.max.messages.kbytes': 16_384,
    // its default of a second, once that much is queued, is 16 MB a second at most
    'fetch.queue.backoff.ms': 10,
    'topic.metadata.refresh.interval.ms': 30_000,
    // its default of 10 s leaves a restarted broker unused for as long
    'reconnect.backoff.max.ms': 1000,
    'security.protocol': protocol,
    ...(tls?.ca !== undefined && { 'ssl.ca.location': tls.ca }),
    ...(tls?.cert !== undefined && { 'ssl.certificate.location': tls.cert }),
    ...(tls?.key !== undefined && { 'ssl.key.location': tls.key }),
    ...(sasl !== undefined && { 'sasl.mechanisms': sasl.mechanism.toUpperCase() }),
    ...(sasl !== undefined &&
      sasl.mechanism !== 'oauthbearer' && {
        'sasl.username': sasl.username,
        'sasl.password': sasl.password ?? '',
      }),
    ...config.clientOptions,
  }
}
