import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Signal } from '../../../../src/columns/record-batch.ts'
import { seededRandom } from '../../../../src/core/clock.ts'
import { mutate, type Seed, Watcher } from '../../../support/decoder-fuzz.ts'
import { OTLP } from '../../../support/otlp-proto.ts'
import { GENERATED, toJson } from '../../../support/otlp-requests.ts'

const MUTATIONS = 30_000
const STYLE = { indent: 0, upperHex: false, numericInts: false, reversed: false, escaped: true }

const seeds: Seed[] = (['logs', 'spans', 'metrics'] as const).flatMap((name, signal) =>
  fc.sample(GENERATED[name], { numRuns: 40, seed: 17 }).flatMap(({ request }): Seed[] => [
    {
      signal: signal as Signal,
      format: 'otlp_proto',
      payload: OTLP[name].encode(OTLP[name].fromObject(request)).finish(),
    },
    { signal: signal as Signal, format: 'otlp_json', payload: toJson(request, STYLE) },
  ]),
)

test('damaged requests are answered, leave sound rows, and are never read past their end', () => {
  const random = seededRandom(20_260_101)
  const watcher = new Watcher()
  for (let i = 0; i < MUTATIONS; i++) {
    const seed = seeds[Math.floor(random() * seeds.length)]!
    const payload = mutate(seed.payload, random)
    try {
      watcher.feed({ ...seed, payload })
    } catch (cause) {
      const bytes = Buffer.from(payload).toString('base64')
      assert.fail(`mutation ${i}, ${seed.format}, signal ${seed.signal}: ${cause}\n${bytes}`)
    }
  }
  // or else the mutations test only the first refusal, or nothing at all
  assert.ok(watcher.decoded > MUTATIONS / 20, `${watcher.decoded} decoded`)
  assert.ok(watcher.refused > MUTATIONS / 20, `${watcher.refused} refused`)
  assert.ok(watcher.rejected > MUTATIONS / 100, `${watcher.rejected} records rejected`)
})

test('a request cut anywhere is refused or loses its end, and is never read past the cut', () => {
  const watcher = new Watcher()
  for (const seed of seeds.filter((s) => s.payload.length < 700))
    for (let end = 0; end < seed.payload.length; end++)
      watcher.feed({ ...seed, payload: seed.payload.subarray(0, end) })
  assert.ok(watcher.refused > watcher.decoded)
})
