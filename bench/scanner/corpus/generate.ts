import { MAKINGS, type Making } from './makings.ts'
import { harmlessName, host, keyName, passwordName, user } from './names.ts'
import { BASE62, Dice, HEX } from './random.ts'
import { apiKey, benign, password, WORDS, wordPassword } from './values.ts'

/** A labelled line, in the form of the shared scorers. Offsets in characters. */
export interface LabelledLine {
  readonly line: string
  readonly secrets: readonly { readonly kind: string; readonly start: number; readonly end: number }[]
  readonly making: string
  readonly part: 'tuned' | 'kept'
  /** What stands in the value's place. */
  readonly value: 'password' | 'words' | 'key' | 'benign' | 'harmless-name'
  /** What the line was made from, to group errors by. */
  readonly template?: string
}

type ValueKind = LabelledLine['value']

function fill(template: string, name: string, value: string, d: Dice): { line: string; start: number } {
  let line = ''
  let start = -1
  for (const part of template.split(/(%[nvwuhi])/)) {
    if (part === '%n') line += name
    else if (part === '%v') {
      start = line.length
      line += value
    } else if (part === '%w') line += d.pick(WORDS)
    else if (part === '%u') line += user(d)
    else if (part === '%h') line += host(d)
    else if (part === '%i') line += d.between(1, 99_999)
    else line += part
  }
  return { line, start }
}

function lineOf(making: Making, kind: ValueKind, d: Dice): LabelledLine | null {
  const style = d.pick(making.style)
  const password_ = kind === 'password' || kind === 'words' || (kind === 'benign' && d.chance(0.5))
  const own = password_ ? making.passwords : making.keys
  const templates = kind === 'harmless-name' ? making.lines : [...making.lines, ...(own ?? [])]
  if (templates.length === 0) return null
  const name =
    kind === 'harmless-name' ? harmlessName(d, style) : password_ ? passwordName(d, style) : keyName(d, style)
  const value =
    kind === 'password'
      ? password(d, making.values !== 'raw')
      : kind === 'words'
        ? wordPassword(d)
        : kind === 'key'
          ? apiKey(d)
          : kind === 'benign'
            ? benign(d)
            : d.pick([
                () => d.text(HEX, 40),
                () => d.text(BASE62, 24),
                () => `${d.pick(WORDS)}-${d.text(HEX, 8)}`,
                () => String(d.between(1, 99999)),
              ])()
  const template = d.pick(templates)
  const { line, start } = fill(template, name, value, d)
  const prefix = d.chance(0.25)
    ? d.pick(['2026-03-01T10:20:30.123Z INFO ', '[main] DEBUG ', '2026/03/01 10:20:30 ', ''])
    : ''
  const secret = kind === 'password' || kind === 'words' || kind === 'key'
  return {
    line: prefix + line,
    secrets: secret
      ? [{ kind, start: prefix.length + start, end: prefix.length + start + value.length }]
      : [],
    making: making.name,
    part: making.part,
    value: kind,
  }
}

/** @param perMaking lines of each making and kind of value */
export function generateCorpus(
  seed: number,
  perMaking: number,
  makings: readonly Making[] = MAKINGS,
): LabelledLine[] {
  const d = new Dice(seed)
  const out: LabelledLine[] = []
  for (const making of makings) {
    for (const kind of ['password', 'words', 'key', 'benign', 'benign', 'harmless-name'] as const) {
      for (let i = 0; i < perMaking; i++) {
        if (kind === 'words' && making.values === 'loose' && making.name !== 'server-config') continue
        const line = lineOf(making, kind, d)
        if (line === null) break
        if (
          (kind === 'password' || kind === 'words') &&
          making.lines.length === 0 &&
          making.passwords === undefined
        )
          break
        if (kind === 'key' && making.lines.length === 0 && making.keys === undefined) break
        out.push(line)
      }
    }
  }
  return out
}
