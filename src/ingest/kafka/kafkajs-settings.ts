import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import type { KafkaConfig as ClientConfig, logCreator, SASLOptions } from 'kafkajs'
import { TelltaleError } from '../../core/errors.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { KafkaConfig } from './config.ts'

/** kafkajs' `ssl` and `sasl` from the configuration. @throws TelltaleError CONFIG_UNREADABLE, CONFIG_INVALID */
export function kafkajsSecurity(config: KafkaConfig): Pick<ClientConfig, 'ssl' | 'sasl'> {
  const tls = config.tls
  const ssl: ConnectionOptions | undefined =
    tls === undefined
      ? undefined
      : {
          ...(tls.ca !== undefined && { ca: [read(tls.ca, 'tls.ca')] }),
          ...(tls.cert !== undefined && { cert: read(tls.cert, 'tls.cert') }),
          ...(tls.key !== undefined && { key: read(tls.key, 'tls.key') }),
        }
  const sasl = saslOptions(config)
  return { ...(ssl !== undefined && { ssl }), ...(sasl !== undefined && { sasl }) }
}

function saslOptions({ sasl }: KafkaConfig): SASLOptions | undefined {
  if (sasl === undefined) return undefined
  const { mechanism, username, password = '', tokenFile } = sasl
  if (mechanism !== 'oauthbearer') return { mechanism, username, password }
  if (tokenFile === undefined)
    throw new TelltaleError('CONFIG_INVALID', 'ingest.kafka.sasl.tokenFile: oauthbearer needs one')
  return {
    mechanism,
    oauthBearerProvider: async () => ({ value: (await readFile(tokenFile, 'utf8')).trim() }),
  }
}

function read(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TelltaleError('CONFIG_UNREADABLE', `ingest.kafka.${setting}: cannot read ${path}`, { cause })
  }
}

/** Lines kafkajs writes in the ordinary course of a rebalance or a broker restart; it then helps itself. */
const ORDINARY =
  /^Response |Restarting the consumer|coordinator is loading|rebalanc|not the leader|Connection|leader election|timed out/i

/** kafkajs' log into ours: what it mends by itself at debug. Its `extra` may hold anything, so only names pass. */
export function kafkajsLogger(logger: Logger): logCreator {
  return () =>
    ({ level, log }) => {
      const line = { kafkajs: log.message.slice(0, 200) }
      if (level <= 1 && !ORDINARY.test(log.message)) logger.error(line, 'Kafka client')
      else if (level <= 2 && !ORDINARY.test(log.message)) logger.warn(line, 'Kafka client')
      else logger.debug(line, 'Kafka client')
    }
}
