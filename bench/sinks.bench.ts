import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SYSTEM_CLOCK, seededRandom } from '../src/core/clock.ts'
import { sinksConfig } from '../src/sinks/config.ts'
import { createSinks } from '../src/sinks/sinks.ts'
import { Meter } from '../src/telemetry/meter.ts'
import { anomaly, secret } from '../test/support/findings.ts'
import { HttpReceiver } from '../test/support/http-receiver.ts'
import { memoryLogger } from '../test/support/silent-logger.ts'

/**
 * How long the caller of emit waits, by ratio: a receiver that answers against one that is dead, and new findings
 * against sightings of a known secret. `npm run -s bench:sinks` prints µs of CPU per emit.
 */
const FINDINGS = 20_000

async function waitPerEmit(url: string, emit: (n: number) => Parameters<typeof one>[1]): Promise<number> {
  const config = sinksConfig.parse({
    outputs: { hook: { type: 'webhook', url } },
    routes: [{ to: ['hook'], groupBy: ['kind'], groupWait: '10ms', rateLimit: { findings: 10 * FINDINGS } }],
    retry: { initial: '50ms', max: '200ms' },
  })
  const dataDir = mkdtempSync(join(tmpdir(), 'telltale-bench-'))
  const logger = memoryLogger()
  const options = { clock: SYSTEM_CLOCK, random: seededRandom(1), logger, meter: new Meter(), dataDir }
  const sinks = createSinks(config, options)
  await sinks.start(new AbortController().signal)
  let spentUs = 0
  for (let n = 0; n < FINDINGS; n++) {
    spentUs += one(sinks.emit, emit(n))
    if (n % 100 === 99) await new Promise((resolve) => setImmediate(resolve))
  }
  await sinks.durable()
  await sinks.stop(Date.now())
  return spentUs / FINDINGS
}

/** µs the caller of emit waits */
function one(
  emit: (f: ReturnType<typeof anomaly> | ReturnType<typeof secret>) => void,
  finding: Parameters<typeof emit>[0],
): number {
  const start = process.hrtime.bigint()
  emit(finding)
  return Number(process.hrtime.bigint() - start) / 1000
}

const receiver = await new HttpReceiver().start()
const fresh = (n: number) => anomaly(n)
const known = (n: number) => secret(n, { fingerprint: 'f'.repeat(32) })
await waitPerEmit(receiver.url, fresh)
const alive = await waitPerEmit(receiver.url, fresh)
const dead = await waitPerEmit('http://127.0.0.1:9', fresh)
const again = await waitPerEmit(receiver.url, known)
await receiver.stop()
const us = (n: number) => `${n.toFixed(2)} µs`
console.log(`emit, receiver answers ${us(alive)}; dead ${us(dead)} (${(dead / alive).toFixed(2)} times)`)
console.log(`emit of a known secret ${us(again)} (${(again / alive).toFixed(2)} times)`)
