import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { startApp } from '../src/app.ts'
import { SYSTEM_CLOCK } from '../src/core/clock.ts'
import { rootConfig } from '../src/registry.ts'
import { Meter, type MetricDoc } from '../src/telemetry/meter.ts'

/** The metrics of a daemon with every part in it, as it registers them. It listens on loopback for a moment. */
export async function allMetrics(): Promise<readonly MetricDoc[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'telltale-metrics-'))
  const listen = '127.0.0.1:0'
  const config = rootConfig.parse({
    dataDir,
    ingest: {
      otlp: { http: { listen }, grpc: { listen } },
      kafka: { enabled: true, brokers: ['127.0.0.1:1'], topics: [{ topic: 'none' }] },
    },
    gateway: { enabled: true },
    admin: { listen },
    limits: { drainDeadline: '1s' },
  })
  const meter = new Meter()
  const logger = pino({ level: 'silent' })
  const app = await startApp({ config, clock: SYSTEM_CLOCK, random: Math.random, logger, env: {}, meter })
  await app.stop()
  rmSync(dataDir, { recursive: true, force: true })
  return meter.docs.filter((doc) => doc.name.startsWith('telltale_'))
}
