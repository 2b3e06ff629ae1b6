import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Trains the letter model of src/scanner/word-model.ts: which letters follow which in identifiers and prose. Its data
 * are the documents and declarations of the packages that package-lock.json pins, so that anybody gets the same.
 *
 *   node bench/scanner/train-words.ts
 */

const ROOT = join(import.meta.dirname, '../..')
const SYMBOLS = 27 // 0 is the edge of a run of letters, then a..z
const EIGHTHS = 8

const files = [
  ...globSync('node_modules/**/*.md', { cwd: ROOT }),
  ...globSync('node_modules/**/*.d.ts', { cwd: ROOT }),
].sort()

const seen = new Map<string, number>()
for (const file of files) {
  const text = readFileSync(join(ROOT, file), 'utf8').slice(0, 200_000)
  for (const [run] of text.matchAll(/[A-Za-z]{2,24}/g)) {
    for (const word of run.replace(/([a-z])([A-Z])/g, '$1 $2').split(' ')) {
      const w = word.toLowerCase()
      if (w.length >= 2 && /[aeiouy]/.test(w)) seen.set(w, (seen.get(w) ?? 0) + 1)
    }
  }
}

const uni = new Float64Array(SYMBOLS)
const bi = new Float64Array(SYMBOLS ** 2)
const tri = new Float64Array(SYMBOLS ** 3)
for (const [word, count] of seen) {
  // A word seen often weighs more, but not by its count: the model is about words, not about their frequency.
  const weight = count < 3 ? 0 : Math.log2(count)
  let a = 0
  let b = 0
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i) - 96
    uni[c] = uni[c]! + weight
    bi[b * SYMBOLS + c] = bi[b * SYMBOLS + c]! + weight
    tri[(a * SYMBOLS + b) * SYMBOLS + c] = tri[(a * SYMBOLS + b) * SYMBOLS + c]! + weight
    a = b
    b = c
  }
}

const sum = (values: Float64Array, from: number): number => {
  let total = 0
  for (let c = 0; c < SYMBOLS; c++) total += values[from + c]!
  return total
}
const uniTotal = sum(uni, 0)
const table = new Int8Array(SYMBOLS ** 3)
for (let a = 0; a < SYMBOLS; a++) {
  for (let b = 0; b < SYMBOLS; b++) {
    const biFrom = b * SYMBOLS
    const triFrom = (a * SYMBOLS + b) * SYMBOLS
    const biTotal = sum(bi, biFrom)
    const triTotal = sum(tri, triFrom)
    for (let c = 1; c < SYMBOLS; c++) {
      const p1 = uni[c]! / uniTotal
      const p2 = (bi[biFrom + c]! + 20 * p1) / (biTotal + 20)
      const p3 = (tri[triFrom + c]! + 20 * p2) / (triTotal + 20)
      table[triFrom + c] = Math.max(-28, Math.min(32, Math.round(Math.log2(p3 * 26) * EIGHTHS)))
    }
  }
}
writeFileSync(
  join(ROOT, 'src/scanner/models/letters.json'),
  `${JSON.stringify({
    description: 'log2(P(letter | two before) * 26) in eighths of a bit, Int8 [27][27][27]',
    words: seen.size,
    table: Buffer.from(table.buffer).toString('base64'),
  })}\n`,
)
console.log(`${seen.size} words from ${files.length} files`)
