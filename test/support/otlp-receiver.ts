import type { TestContext } from 'node:test'
import pino from 'pino'
import { SYSTEM_CLOCK } from '../../src/core/clock.ts'
import { otlpConfig } from '../../src/ingest/otlp/config.ts'
import { OtlpGrpcReceiver } from '../../src/ingest/otlp/grpc/receiver.ts'
import { OtlpHttpReceiver } from '../../src/ingest/otlp/http/receiver.ts'
import { Meter } from '../../src/telemetry/meter.ts'
import { CountingPool, FakeIntake } from './fake-intake.ts'

interface Rig<Receiver> {
  readonly receiver: Receiver
  readonly intake: FakeIntake
  readonly pool: CountingPool
  readonly meter: Meter
  readonly port: number
  /** The value of a line of /metrics, e.g. `telltale_otlp_requests_total{...}`, or 0. */
  metric(series: string): Promise<number>
}

interface Settings {
  http?: Record<string, unknown>
  grpc?: Record<string, unknown>
  [key: string]: unknown
}

async function rig<Receiver extends OtlpHttpReceiver | OtlpGrpcReceiver>(
  t: TestContext,
  settings: Settings,
  make: (
    config: ReturnType<typeof otlpConfig.parse>,
    deps: ConstructorParameters<typeof OtlpHttpReceiver>[1],
  ) => Receiver,
): Promise<Rig<Receiver>> {
  const listen = '127.0.0.1:0'
  const config = otlpConfig.parse({
    ...settings,
    http: { listen, ...settings.http },
    grpc: { listen, ...settings.grpc },
  })
  const intake = new FakeIntake()
  const pool = new CountingPool()
  const meter = new Meter()
  const logger = pino({ level: 'silent' })
  const receiver = make(config, { intake, pool, meter, logger, clock: SYSTEM_CLOCK })
  await receiver.start(AbortSignal.timeout(10_000))
  t.after(() => receiver.stop(0))
  const metric = async (series: string): Promise<number> => {
    const line = (await meter.expose()).split('\n').find((l) => l.startsWith(`${series} `))
    return Number(line?.slice(series.length) ?? 0)
  }
  return { receiver, intake, pool, meter, port: receiver.address()!.port, metric }
}

export const httpRig = (t: TestContext, settings: Settings = {}): Promise<Rig<OtlpHttpReceiver>> =>
  rig(t, settings, (config, deps) => new OtlpHttpReceiver(config, deps))

export const grpcRig = (t: TestContext, settings: Settings = {}): Promise<Rig<OtlpGrpcReceiver>> =>
  rig(t, settings, (config, deps) => new OtlpGrpcReceiver(config, deps))

/** Waits until something the other side does has happened; the test's own timeout bounds it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
}
