import fc from 'fast-check'
import type { Signal } from '../src/columns/record-batch.ts'
import { seededRandom } from '../src/core/clock.ts'
import { mutate, type Seed, Watcher } from '../test/support/decoder-fuzz.ts'
import { OTLP } from '../test/support/otlp-proto.ts'
import { GENERATED, toJson } from '../test/support/otlp-requests.ts'

/**
 * A million damaged requests, or as many as the first argument says; the second is the seed of the damage.
 * Every one is decoded twice with other bytes past its end, and must be answered, leave sound rows and take no longer
 * than its length allows. Stops at the first that does not, with the request in base64.
 */

const total = Number(process.argv[2] ?? 1_000_000)
const randomSeed = Number(process.argv[3] ?? 1)
/** Far above what any request of this size needs, far below what anyone would call a hang. */
const MAX_CPU_MS = 250
const STYLE = { indent: 0, upperHex: false, numericInts: false, reversed: false, escaped: true }

const seeds: Seed[] = (['logs', 'spans', 'metrics'] as const).flatMap((name, signal) =>
  fc.sample(GENERATED[name], { numRuns: 200, seed: randomSeed }).flatMap(({ request }): Seed[] => [
    {
      signal: signal as Signal,
      format: 'otlp_proto',
      payload: OTLP[name].encode(OTLP[name].fromObject(request)).finish(),
    },
    { signal: signal as Signal, format: 'otlp_json', payload: toJson(request, STYLE) },
  ]),
)

const random = seededRandom(randomSeed)
const watcher = new Watcher()
let slowestMs = 0
for (let i = 1; i <= total; i++) {
  const seed = seeds[Math.floor(random() * seeds.length)]!
  const payload = mutate(seed.payload, random)
  try {
    const before = process.cpuUsage()
    watcher.feed({ ...seed, payload })
    const { user, system } = process.cpuUsage(before)
    slowestMs = Math.max(slowestMs, (user + system) / 1000)
    if (slowestMs > MAX_CPU_MS) throw new Error(`took ${slowestMs.toFixed(0)} ms`)
  } catch (cause) {
    console.error(`mutation ${i} of seed ${randomSeed}, ${seed.format}, signal ${seed.signal}: ${cause}`)
    console.error(Buffer.from(payload).toString('base64'))
    process.exit(1)
  }
  if (i % 100_000 === 0)
    console.log(
      `${i} mutations: ${watcher.decoded} decoded, ${watcher.refused} refused, ${watcher.rejected} records left out, slowest ${slowestMs.toFixed(1)} ms`,
    )
}
