import { builtinRules } from '../../src/scanner/builtin-rules.ts'
import { scannerConfig } from '../../src/scanner/config.ts'
import { ScanEngine } from '../../src/scanner/engine.ts'
import { LOG_CONTEXT } from '../../src/scanner/scan-context.ts'
import { BLIND_MAKINGS } from './corpus/blind.ts'
import { generateCorpus, type LabelledLine } from './corpus/generate.ts'
import { hardNegatives } from './corpus/hard-negatives.ts'
import { independentLines } from './corpus/independent/lines.ts'
import { MAKINGS } from './corpus/makings.ts'
import { Dice } from './corpus/random.ts'
import { generateRound } from './corpus/rounds/generate-round.ts'
import { ROUND_1 } from './corpus/rounds/round-1.ts'
import { ROUND_2 } from './corpus/rounds/round-2.ts'
import { ROUND_3 } from './corpus/rounds/round-3.ts'
import { ROUND_4 } from './corpus/rounds/round-4.ts'
import { ROUND_5 } from './corpus/rounds/round-5.ts'
import { ROUND_6 } from './corpus/rounds/round-6.ts'
import { ROUND_7 } from './corpus/rounds/round-7.ts'
import { ROUND_8 } from './corpus/rounds/round-8.ts'
import { ROUND_9 } from './corpus/rounds/round-9.ts'
import { ROUND_10 } from './corpus/rounds/round-10.ts'
import { ROUND_11 } from './corpus/rounds/round-11.ts'
import { ROUND_12 } from './corpus/rounds/round-12.ts'
import { ROUND_13 } from './corpus/rounds/round-13.ts'
import { ROUND_14 } from './corpus/rounds/round-14.ts'
import { ROUND_15 } from './corpus/rounds/round-15.ts'
import { valueShape } from './corpus/value-shape.ts'

/**
 * Scores the generated corpus by making: recall of passwords and keys, of passwords made of words, precision, and how
 * much of the found secrets is covered. `--errors MAKING` lists what went wrong in one.
 *
 * `--independent` takes lines of authors who did not know the scanner.
 * `--negatives` takes log lines without a secret that look as if they held one.
 *
 *   node bench/scanner/score-corpus.ts [--blind | --round N | --rounds | --independent | --negatives] [--seed N] [--errors MAKING] [--templates] [--shapes]
 */
const arg = (name: string): string | undefined => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}
const engine = new ScanEngine({
  config: scannerConfig.parse({ classifier: !process.argv.includes('--no-classifier') }),
  rules: builtinRules(),
  fingerprintKey: new Uint8Array(32),
})
const blind = process.argv.includes('--blind')
const rounds = [
  ROUND_1,
  ROUND_2,
  ROUND_3,
  ROUND_4,
  ROUND_5,
  ROUND_6,
  ROUND_7,
  ROUND_8,
  ROUND_9,
  ROUND_10,
  ROUND_11,
  ROUND_12,
  ROUND_13,
  ROUND_14,
  ROUND_15,
]
const round = rounds[Number(arg('--round') ?? 0) - 1]
const seed = Number(arg('--seed') ?? 1)
const PER_KIND = 200
const negatives = (): LabelledLine[] =>
  hardNegatives(new Dice(seed), PER_KIND).map((n) => ({
    line: n.line,
    secrets: [],
    making: n.kind,
    part: 'kept',
    value: 'benign',
  }))
const lines = process.argv.includes('--negatives')
  ? negatives()
  : process.argv.includes('--independent')
    ? independentLines(seed)
    : process.argv.includes('--rounds')
      ? rounds.flatMap((r, i) =>
          generateRound(seed, PER_KIND, r).map((l) => ({ ...l, making: `round ${i + 1}` })),
        )
      : round === undefined
        ? generateCorpus(seed, PER_KIND, blind ? BLIND_MAKINGS : MAKINGS)
        : generateRound(seed, PER_KIND, round)
const errors = arg('--errors')

interface Tally {
  found: number
  strong: number
  wordsFound: number
  words: number
  falseLines: number
  covered: number
  characters: number
  over: number
}
const tallies = new Map<string, Tally>()
const empty = (): Tally => ({
  found: 0,
  strong: 0,
  wordsFound: 0,
  words: 0,
  falseLines: 0,
  covered: 0,
  characters: 0,
  over: 0,
})
const byShape = new Map<string, Tally>()
const byTemplate = new Map<string, number>()
const complain = (what: string, l: LabelledLine, detail: string): void => {
  const key = `${l.making} ${what} ${l.value === 'words' ? 'words' : ''}| ${l.template ?? ''}`
  byTemplate.set(key, (byTemplate.get(key) ?? 0) + 1)
  if (errors === l.making || errors === 'all')
    console.log(what, l.value, '|', l.line.slice(0, 240).replaceAll('\n', '⏎'), '|', detail)
}

for (const l of lines) {
  const bytes = Buffer.from(l.line)
  const spans: { from: number; to: number; rule: string }[] = []
  engine.scanSpan(bytes, 0, bytes.length, LOG_CONTEXT, (m) =>
    spans.push({
      from: bytes.toString('utf8', 0, m.start).length,
      to: bytes.toString('utf8', 0, m.end).length,
      rule: `${m.rule.id} ${m.confidence}`,
    }),
  )
  const tally = tallies.get(`${l.part} ${l.making}`) ?? empty()
  tallies.set(`${l.part} ${l.making}`, tally)
  const detail = spans.map((s) => `${s.rule}: ${l.line.slice(s.from, s.to)}`).join(' ; ')
  if (l.secrets.length === 0) {
    if (spans.length > 0) {
      tally.falseLines++
      complain('FALSE', l, detail)
    }
    continue
  }
  const hit = spans.length > 0
  const shape = valueShape(l.line.slice(l.secrets[0]!.start, l.secrets[0]!.end))
  const shaped = byShape.get(shape) ?? empty()
  byShape.set(shape, shaped)
  shaped.strong++
  if (hit) shaped.found++
  if (l.value === 'words') {
    tally.words++
    if (hit) tally.wordsFound++
    else complain('MISSED', l, '')
  } else {
    tally.strong++
    if (hit) tally.found++
    else complain('MISSED', l, '')
  }
  if (hit) {
    let inside = 0
    let secretCharacters = 0
    for (const secret of l.secrets) {
      const covered = spans.reduce(
        (n, s) => n + Math.max(0, Math.min(s.to, secret.end) - Math.max(s.from, secret.start)),
        0,
      )
      // what was not found at all is a matter of recall
      if (covered > 0) secretCharacters += secret.end - secret.start
      inside += covered
    }
    const all = spans.reduce((n, s) => n + s.to - s.from, 0)
    tally.covered += inside
    tally.characters += secretCharacters
    tally.over += all - inside
    if (inside < secretCharacters || all > inside) complain('SPAN', l, detail)
  }
}

const percent = (a: number, b: number): string =>
  b === 0 ? '    -' : `${((100 * a) / b).toFixed(1).padStart(5)}`
if (process.argv.includes('--negatives')) {
  const falseLines = [...tallies.values()].reduce((n, t) => n + t.falseLines, 0)
  for (const [name, t] of tallies) if (t.falseLines > 0) console.log(`${name}: ${t.falseLines} false`)
  console.log(`${falseLines} false lines of ${lines.length}`)
  process.exit()
}
const print = (name: string, t: Tally): void =>
  console.log(
    `${name.padEnd(26)} recall ${percent(t.found, t.strong)}  words ${percent(t.wordsFound, t.words)}  precision ${percent(t.found + t.wordsFound, t.found + t.wordsFound + t.falseLines)}  covered ${percent(t.covered, t.characters)}  beyond ${t.over}`,
  )
for (const part of ['tuned', 'kept']) {
  const total = empty()
  for (const [name, t] of tallies) {
    if (!name.startsWith(part)) continue
    print(name, t)
    for (const k of Object.keys(total) as (keyof Tally)[]) total[k] += t[k]
  }
  if (total.strong > 0) print(`${part} ALL`, total)
}
if (process.argv.includes('--shapes')) {
  for (const [shape, t] of [...byShape].sort())
    console.log(`${shape.padEnd(26)} recall ${percent(t.found, t.strong)}  of ${t.strong}`)
}
if (process.argv.includes('--templates')) {
  for (const [key, n] of [...byTemplate].sort((a, b) => b[1] - a[1]).slice(0, 400))
    console.log(String(n).padStart(4), key.replaceAll('\n', '⏎'))
}
