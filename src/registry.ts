import { z } from 'zod'
import { detectorsConfig } from './detectors/config.ts'
import { gatewayConfig } from './ingest/gateway/config.ts'
import { kafkaConfig } from './ingest/kafka/config.ts'
import { otlpConfig } from './ingest/otlp/config.ts'
import { stateConfig } from './pipeline/checkpoints.ts'
import { limitsConfig } from './pipeline/config.ts'
import { scannerConfig } from './scanner/config.ts'
import { adminConfig } from './server/config.ts'
import { sinksConfig } from './sinks/config.ts'
import { logConfig } from './telemetry/create-logger.ts'

/** The only file that lists every component: their sections make the root of the configuration. */
export const rootConfig = z
  .strictObject({
    dataDir: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'Where the instance key, spools and snapshots live; `$XDG_STATE_HOME/telltale` or `~/.local/state/telltale` when unset.',
        examples: ['/var/lib/telltale'],
      }),
    instanceKeyFile: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'The 32 random bytes from which fingerprints and hashes are keyed; `instance.key` in dataDir, made at first start, when unset. Instances that hand state to each other (`ingest.kafka.snapshotTopic`) need the same one: `head -c 32 /dev/urandom > instance.key`.',
        examples: ['/etc/telltale/instance.key'],
      }),
    ingest: z
      .strictObject({ otlp: otlpConfig.prefault({}), kafka: kafkaConfig.prefault({}) })
      .prefault({})
      .meta({ description: 'Where telemetry comes in.' }),
    gateway: gatewayConfig.prefault({}),
    limits: limitsConfig.prefault({}),
    detectors: detectorsConfig.prefault({}),
    scanner: scannerConfig.prefault({}),
    sinks: sinksConfig.prefault({}),
    state: stateConfig.prefault({}),
    admin: adminConfig.prefault({}),
    log: logConfig.prefault({}),
  })
  .meta({ title: 'telltale configuration' })

export type RootConfig = z.output<typeof rootConfig>
