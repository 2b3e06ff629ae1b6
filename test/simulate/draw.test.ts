import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arrivals } from '../../src/simulate/arrivals.ts'
import { Draw } from '../../src/simulate/draw.ts'

const moments = (values: readonly number[]): { mean: number; variance: number } => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1) }
}
const near = (actual: number, expected: number, tolerance: number, what: string): void =>
  assert.ok(
    Math.abs(actual - expected) < tolerance,
    `${what}: ${actual}, expected ${expected} within ${tolerance}`,
  )

const many = (n: number, make: () => number): number[] => Array.from({ length: n }, make)

test('normal, log-normal, exponential and gamma draws have their moments', () => {
  const draw = Draw.of(5, 'moments')
  const n = 40_000
  const normal = moments(many(n, () => draw.normal()))
  near(normal.mean, 0, 0.03, 'mean of the normal')
  near(normal.variance, 1, 0.04, 'variance of the normal')
  const logs = moments(many(n, () => Math.log(draw.logNormal(40, 0.5))))
  near(logs.mean, Math.log(40), 0.02, 'log of the median')
  near(logs.variance, 0.25, 0.02, 'variance of the logarithm')
  near(moments(many(n, () => draw.exponential(4))).mean, 0.25, 0.008, 'mean wait')
  for (const dispersion of [0.05, 0.5, 3]) {
    const gamma = moments(many(n, () => draw.gammaMeanOne(dispersion)))
    near(gamma.mean, 1, 0.06, `gamma mean at ${dispersion}`)
    near(gamma.variance, dispersion, dispersion * 0.15, `gamma variance at ${dispersion}`)
  }
})

test('draws of one name are the same again and those of another are not', () => {
  const ten = (seed: number, name: string): number[] => {
    const draw = Draw.of(seed, name)
    return many(10, () => draw.unit())
  }
  assert.deepEqual(ten(1, 'auth'), ten(1, 'auth'))
  assert.notDeepEqual(ten(1, 'auth'), ten(1, 'cart'))
  assert.notDeepEqual(ten(1, 'auth'), ten(2, 'auth'))
})

/** Counts per second of a process that runs `seconds`. */
function countsOf(
  traffic: { perSecond: number; overdispersion: number; diurnal: number },
  seconds: number,
): number[] {
  const arrivals = new Arrivals(Draw.of(9, 'arrivals'), traffic, 0, seconds * 1000)
  const counts = new Array<number>(seconds).fill(0)
  let before = 0
  for (let at = arrivals.next(); Number.isFinite(at); at = arrivals.next()) {
    assert.ok(at >= before, 'times ascend')
    before = at
    counts[Math.floor(at / 1000)]!++
  }
  return counts
}

test('Poisson counts vary as their mean, overdispersed ones by the negative binomial', () => {
  const poisson = moments(countsOf({ perSecond: 20, overdispersion: 0, diurnal: 0 }, 4000))
  near(poisson.mean, 20, 0.4, 'mean')
  near(poisson.variance, 20, 2, 'variance')
  const bursty = moments(countsOf({ perSecond: 20, overdispersion: 0.2, diurnal: 0 }, 4000))
  near(bursty.mean, 20, 0.8, 'mean')
  near(bursty.variance, 20 + 0.2 * 400, 12, 'variance mean + dispersion * mean squared')
})

test('the day peaks in the afternoon and ebbs at night', () => {
  const counts = countsOf({ perSecond: 1, overdispersion: 0, diurnal: 0.8 }, 86_400)
  const hour = (h: number): number => counts.slice(h * 3600, (h + 1) * 3600).reduce((a, b) => a + b, 0)
  near(hour(15), 3600 * 1.8, 400, 'at three in the afternoon')
  near(hour(3), 3600 * 0.2, 200, 'at three in the night')
})
