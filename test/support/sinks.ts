import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SYSTEM_CLOCK, seededRandom } from '../../src/core/clock.ts'
import { sinksConfig } from '../../src/sinks/config.ts'
import { createSinks, type Sinks, type SinksOptions } from '../../src/sinks/sinks.ts'
import { Meter } from '../../src/telemetry/meter.ts'
import { memoryLogger } from './silent-logger.ts'

export interface SinksUnderTest {
  readonly sinks: Sinks
  readonly meter: Meter
  readonly logger: ReturnType<typeof memoryLogger>
}

/** Sinks of a configuration as a user writes it, retrying fast. */
export function sinksOf(config: Record<string, unknown>, over: Partial<SinksOptions> = {}): SinksUnderTest {
  const meter = new Meter()
  const logger = memoryLogger()
  const parsed = sinksConfig.parse({ retry: { initial: '10ms', max: '50ms' }, ...config })
  const random = seededRandom(1)
  const sinks = createSinks(parsed, { clock: SYSTEM_CLOCK, random, logger, meter, dataDir: null, ...over })
  return { sinks, meter, logger }
}

export const scratchDir = (): string => mkdtempSync(join(tmpdir(), 'telltale-sinks-'))

/** Soon enough for any test. */
export const inMs = (ms: number): number => Date.now() + ms

export const neverAborted = new AbortController().signal

/** The value of one series of our own metrics. */
export async function metric(meter: Meter, series: string): Promise<number> {
  const line = (await meter.expose()).split('\n').find((l) => l.startsWith(`${series} `))
  return line === undefined ? Number.NaN : Number(line.slice(series.length))
}
