import type { LabelledLine } from '../generate.ts'
import { host, user } from '../names.ts'
import { Dice, HEX } from '../random.ts'
import { type BlindMaking, FROM, type NameStyle, type Template, TO, type Vocabulary } from './making.ts'
import {
  harmlessValue,
  harmlessWords,
  keyWords,
  passwordWords,
  type Round,
  roundBenign,
  roundKey,
  roundPassword,
  roundWords,
  word,
} from './vocabulary.ts'

const numbered = (r: Round): Vocabulary => ({
  word: (d) => word(d, r),
  password: (d, signs) => roundPassword(d, r, signs),
  words: (d) => roundWords(d, r),
  key: (d) => roundKey(d, r),
  passwordName: (d) => passwordWords(d, r),
  keyName: (d) => keyWords(d, r),
  harmlessName: (d) => harmlessWords(d, r),
  harmlessValue: (d) => harmlessValue(d, r),
  benign: (d) => roundBenign(d, r),
})
const vocabularyOf = (m: BlindMaking): Vocabulary =>
  typeof m.round === 'number' ? numbered(m.round) : m.round

const cap = (w: string): string => w[0]!.toUpperCase() + w.slice(1)

function spellName(words: string, style: NameStyle): string {
  const parts = words.split(' ')
  switch (style) {
    case 'snake':
      return parts.join('_')
    case 'upper':
      return parts.join('_').toUpperCase()
    case 'kebab':
      return parts.join('-')
    case 'dotted':
      return parts.join('.')
    case 'flat':
      return parts.join('')
    case 'spaced':
      return words
    case 'camel':
      return parts[0]! + parts.slice(1).map(cap).join('')
    case 'pascal':
      return parts.map(cap).join('')
  }
}

function fill(template: Template, m: BlindMaking, name: string, value: string, isSecret: boolean, d: Dice) {
  const spelt = m.spell?.(value) ?? value
  const text =
    typeof template === 'function'
      ? template(name, value, d)
      : template.replace(/%[nvwuhixtp]/g, (code) => {
          switch (code) {
            case '%n':
              return name
            case '%v':
              return isSecret ? `${FROM}${spelt}${TO}` : spelt
            case '%p':
              return `${FROM}${vocabularyOf(m).password(d, '!_-')}${TO}`
            case '%w':
              return vocabularyOf(m).word(d)
            case '%u':
              return user(d)
            case '%h':
              return host(d)
            case '%x':
              return d.text(HEX, 32)
            case '%t':
              return `2026-0${d.between(1, 9)}-1${d.below(10)}T0${d.below(10)}:${d.between(10, 59)}:00Z`
            default:
              return String(d.between(1, 99_999))
          }
        })
  let line = ''
  const secrets: { kind: string; start: number; end: number }[] = []
  for (const part of text.split(FROM)) {
    const at = part.indexOf(TO)
    if (at < 0) {
      line += part
      continue
    }
    if (isSecret) secrets.push({ kind: 'secret', start: line.length, end: line.length + at })
    line += part.slice(0, at) + part.slice(at + 1)
  }
  return { line, secrets }
}

/** @param perKind lines of each making and kind of value */
export function generateRound(
  seed: number,
  perKind: number,
  makings: readonly BlindMaking[],
): LabelledLine[] {
  const d = new Dice(seed)
  const out: LabelledLine[] = []
  for (const m of makings) {
    const v = vocabularyOf(m)
    const w = () => v.word(d)
    const add = (
      kind: LabelledLine['value'],
      templates: readonly Template[],
      words: string,
      value: string,
    ) => {
      const isSecret = kind === 'password' || kind === 'words' || kind === 'key'
      const name = spellName(words, d.pick(m.style))
      const template = d.pick(templates)
      const { line, secrets } = fill(template, m, name, value, isSecret, d)
      out.push({ line, secrets, making: m.name, part: 'kept', value: kind, template: String(template) })
    }
    const lines = m.lines ?? []
    const forPasswords = [...lines, ...(m.passwords ?? [])]
    const forKeys = [...lines, ...(m.keys ?? [])]
    // a second password would make the line no longer harmless
    const harmless = (t: Template): boolean => typeof t === 'function' || !t.includes('%p')
    const named = m.benignEverywhere
      ? [...lines, ...(m.passwords ?? []), ...(m.keys ?? [])].filter(harmless)
      : lines.filter(harmless)
    const nameable = m.benignEverywhere
      ? named.filter((t) => typeof t === 'string' && t.includes('%n'))
      : named
    const forBenign = [...(m.passwords ?? []), ...(m.keys ?? [])].filter(harmless)
    for (let i = 0; i < perKind; i++) {
      if (forPasswords.length > 0) {
        add('password', forPasswords, v.passwordName(d), v.password(d, m.signs))
        if (i % 2 === 0) add('words', forPasswords, v.passwordName(d), v.words(d))
      }
      if (forKeys.length > 0) add('key', forKeys, v.keyName(d), v.key(d))
      if (named.length > 0) {
        const value = m.benign !== undefined && d.chance(0.5) ? d.pick(m.benign)(d, w) : v.benign(d)
        const words = d.chance(0.5) ? v.passwordName(d) : v.keyName(d)
        add('benign', named, words, value)
        if (nameable.length > 0) add('harmless-name', nameable, v.harmlessName(d), v.harmlessValue(d))
      } else if (forBenign.length > 0 && m.benign !== undefined)
        add('benign', forBenign, v.passwordName(d), d.pick(m.benign)(d, w))
      if (m.negatives !== undefined) add('benign', m.negatives, v.passwordName(d), '')
    }
  }
  return out
}
