import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FEATURES, featuresOf } from '../../src/scanner/classifier-features.ts'
import { NAME_PASSWORD, NAME_SECRET, NAME_TOKEN, type NameKind } from '../../src/scanner/name-grammar.ts'
import { measure, ValueShape } from '../../src/scanner/value-shape.ts'
import { Dice } from './corpus/random.ts'
import { apiKey, benign, password } from './corpus/values.ts'

/**
 * Trains the classifier of stage 6. Secrets are generated; what is none is generated too, and taken from the quoted texts
 * of the packages that package-lock.json pins, so that anybody gets the same. A fifth, chosen by hash, is held out.
 *
 *   node bench/scanner/train-classifier.ts
 */

interface Sample {
  readonly text: string
  readonly nameKind: NameKind
  readonly secret: boolean
}

const ROOT = join(import.meta.dirname, '../..')
const KINDS = [NAME_PASSWORD, NAME_SECRET, NAME_TOKEN] as const
const GENERATED = 12_000
const REAL = 24_000
const EPOCHS = 400
const RATE = 0.5
const L2 = 1e-4

const d = new Dice(20_260_101)
const samples: Sample[] = []
for (let i = 0; i < GENERATED; i++) {
  samples.push({ text: password(d, false), nameKind: NAME_PASSWORD, secret: true })
  samples.push({
    text: apiKey(d),
    nameKind: d.pick([NAME_SECRET, NAME_SECRET, NAME_TOKEN, NAME_PASSWORD]),
    secret: true,
  })
  samples.push({ text: benign(d), nameKind: d.pick(KINDS), secret: false })
}
const seen = new Set<string>()
for (const file of globSync('node_modules/**/*.{js,ts,mjs,cjs,json}', { cwd: ROOT }).sort()) {
  if (seen.size >= REAL) break
  if (!statSync(join(ROOT, file)).isFile()) continue
  const text = readFileSync(join(ROOT, file), 'latin1').slice(0, 60_000)
  let taken = 0
  for (const [, value] of text.matchAll(/["']([^"'\s\\]{6,80})["']/g)) {
    if (seen.has(value!) || /^sha\d+-/.test(value!)) continue
    seen.add(value!)
    samples.push({ text: value!, nameKind: KINDS[seen.size % 3]!, secret: false })
    if (++taken >= 40) break
  }
}

const isHeldOut = (s: Sample): boolean => createHash('sha256').update(s.text).digest()[0]! % 5 === 0
const training = samples.filter((s) => !isHeldOut(s))
const heldOut = samples.filter(isHeldOut)
const shape = new ValueShape()
const width = FEATURES.length

function matrix(list: readonly Sample[]): Float64Array {
  const rows = new Float64Array(list.length * width)
  const row = new Float64Array(width)
  list.forEach((s, i) => {
    featuresOf(row, s, measure(shape, s.text))
    rows.set(row, i * width)
  })
  return rows
}

// Standardised for training only; the weights are written for plain features.
const x = matrix(training)
const mean = new Float64Array(width)
const scale = new Float64Array(width).fill(1)
for (let f = 1; f < width; f++) {
  let sum = 0
  let squares = 0
  for (let i = f; i < x.length; i += width) {
    sum += x[i]!
    squares += x[i]! ** 2
  }
  mean[f] = sum / training.length
  scale[f] = Math.sqrt(Math.max(1e-9, squares / training.length - mean[f]! ** 2))
  for (let i = f; i < x.length; i += width) x[i] = (x[i]! - mean[f]!) / scale[f]!
}
const w = new Float64Array(width)
const gradient = new Float64Array(width)
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  gradient.fill(0)
  for (let i = 0; i < training.length; i++) {
    let z = 0
    for (let f = 0; f < width; f++) z += w[f]! * x[i * width + f]!
    const error = 1 / (1 + Math.exp(-z)) - (training[i]!.secret ? 1 : 0)
    for (let f = 0; f < width; f++) gradient[f] = gradient[f]! + error * x[i * width + f]!
  }
  for (let f = 0; f < width; f++)
    w[f] = w[f]! - RATE * (gradient[f]! / training.length + (f === 0 ? 0 : L2 * w[f]!))
}
const weights = Array.from(w, (v, f) => v / scale[f]!)
weights[0] = w[0]! - w.reduce((sum, v, f) => (f === 0 ? sum : sum + (v * mean[f]!) / scale[f]!), 0)

const y = matrix(heldOut)
let right = 0
let foundSecrets = 0
let secrets = 0
let falseAlarms = 0
heldOut.forEach((s, i) => {
  let z = 0
  for (let f = 0; f < width; f++) z += weights[f]! * y[i * width + f]!
  const says = z > 0
  if (says === s.secret) right++
  if (s.secret) {
    secrets++
    if (says) foundSecrets++
  } else if (says) falseAlarms++
})
const round = (v: number, digits: number): number => Number(v.toFixed(digits))
const heldOutFigures = {
  samples: heldOut.length,
  accuracy: round(right / heldOut.length, 4),
  recall: round(foundSecrets / secrets, 4),
  precision: round(foundSecrets / (foundSecrets + falseAlarms), 4),
}
writeFileSync(
  join(ROOT, 'src/scanner/models/classifier.json'),
  `${JSON.stringify({ features: FEATURES, weights: weights.map((v) => round(v, 5)), training: training.length, heldOut: heldOutFigures }, null, 1)}\n`,
)
console.log(heldOutFigures)
FEATURES.forEach((name, f) => {
  console.log(name.padEnd(44), weights[f]!.toFixed(3))
})
