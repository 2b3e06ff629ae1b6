import type { ScannerConfig } from './config.ts'
import { shape } from './judge-value.ts'
import { isKnownExample } from './known-examples.ts'
import type { Candidate, StageNote } from './match.ts'
import { NAME_NONE, NAME_PASSWORD } from './name-grammar.ts'
import { measure, type ValueShape } from './value-shape.ts'

/**
 * The stages between a pattern's match and a finding. Each adds to or takes from the confidence and says why.
 *
 *   1 pattern   2 entropy   3 context   4 known examples   5 honeytokens   6 classifier   7 final
 */

/** Where a match stands, for stage 3. */
export interface Surroundings {
  /** `log` for streams, else what the file's name says. */
  readonly format: 'log' | 'env' | 'yaml' | 'json' | 'source' | 'text'
  readonly testFile: boolean
}

/** Probability that the candidate is a secret, or null to abstain. Stage 6. */
export type Classify = (candidate: Candidate, shape: ValueShape) => number | null

const COMMENT = /^\s*(?:\/\/|#(?!define|include|\{)|\/\*|\*\s|--\s|<!--|;|%\s|REM\s|rem\s|"""|''')/
const STEP = 1000

const round = (x: number): number => Math.round(x * STEP) / STEP

/** Lower thresholds where values are more often secrets. */
function entropyThreshold(config: ScannerConfig, where: Surroundings): number {
  if (where.format === 'env') return config.entropyThreshold - 0.5
  if (where.format === 'yaml' || where.format === 'json') return config.entropyThreshold - 0.3
  return config.entropyThreshold
}

/**
 * Asks the stages about one candidate after the other. What they say is written down only when somebody asks for it:
 * most candidates are turned down, and most matches of a stream are folded into an earlier one.
 */
export class Scorer {
  confidence = 0
  #notes: StageNote[] | null = null
  readonly #config: ScannerConfig
  readonly #classify: Classify

  constructor(config: ScannerConfig, classify: Classify) {
    this.#config = config
    this.#classify = classify
  }

  /**
   * @param line the text before the candidate on its line, for comments
   * @param honeytoken id of the planted token it is, or null
   * @returns whether to report it
   */
  score(c: Candidate, where: Surroundings, line: string, honeytoken: string | null): boolean {
    this.confidence = c.base
    measure(shape, c.text)
    this.#checksum(c)
    this.#entropy(c, where)
    this.#context(c, where, line)
    if (isKnownExample(c.text)) this.#add('known', -1, 'documentation prints it')
    if (honeytoken !== null) {
      this.#add('honeytoken', 1, this.#notes && `planted token ${honeytoken}`)
    } else if (this.#config.classifier && !c.words && c.nameKind !== NAME_NONE) {
      const p = this.#classify(c, shape)
      if (p !== null) {
        const delta = round((p - 0.5) * 2 * this.#config.weights.classifier)
        this.#add('classifier', delta, this.#notes && `probability ${p.toFixed(2)}`)
      }
    }
    this.confidence = round(Math.max(0, Math.min(1, honeytoken === null ? this.confidence : 1)))
    return this.confidence >= this.#config.minConfidence
  }

  /** What each stage did to the confidence of a candidate that was scored. */
  explain(c: Candidate, where: Surroundings, line: string, honeytoken: string | null): StageNote[] {
    const notes = [note('pattern', c.base, c.baseNote)]
    this.#notes = notes
    this.score(c, where, line, honeytoken)
    this.#notes = null
    notes.push(note('final', 0, `confidence ${this.confidence}`))
    return notes
  }

  /** @param text what to write down if it does anything and somebody asks; null where nobody does */
  #add(stage: StageNote['stage'], delta: number, text: string | null): void {
    this.confidence += delta
    if (delta !== 0) this.#notes?.push(note(stage, delta, text!))
  }

  #entropy(c: Candidate, where: Surroundings): void {
    const w = this.#config.weights
    const bits = shape.entropy
    if (c.words) {
      this.#add('entropy', w.lowEntropy, 'only words')
      return
    }
    if (bits >= entropyThreshold(this.#config, where)) {
      this.#add('entropy', w.entropy, this.#notes && `${bits.toFixed(1)} bits a character`)
      return
    }
    const fair = fairness(bits, shape)
    if (fair >= 0.85)
      this.#add(
        'entropy',
        w.alphabet,
        this.#notes && `${Math.round(fair * 100)}% of what its alphabet allows`,
      )
    else if (
      c.compiled !== null ? bits < c.compiled.minEntropy : fair < 0.6 && c.nameKind !== NAME_PASSWORD
    ) {
      const delta = c.compiled !== null ? -0.4 : w.lowEntropy
      this.#add('entropy', delta, this.#notes && `only ${bits.toFixed(1)} bits a character`)
    }
  }

  #checksum(c: Candidate): void {
    if (c.compiled?.validator == null) return
    const w = this.#config.weights
    const verdict = c.compiled.validator(c.text)
    if (verdict === 'valid') this.#add('pattern', w.checksumValid, 'structure or checksum is right')
    else if (verdict === 'invalid') this.#add('pattern', w.checksumInvalid, 'structure or checksum is wrong')
  }

  #context(c: Candidate, where: Surroundings, line: string): void {
    const w = this.#config.weights
    if (c.assigned) this.#add('context', w.assignment, 'assigned')
    if (c.nameKind !== NAME_NONE) this.#add('context', w.name, 'named as a secret')
    if (shape.base64 && shape.length >= 16 && !c.words)
      this.#add('context', w.structure, shape.hex ? 'hexadecimal' : 'base64')
    if (where.format === 'log') return
    if (COMMENT.test(line)) this.#add('context', w.comment, 'in a comment')
    if (where.testFile) this.#add('context', w.testFile, 'in a test file')
  }
}

const note = (stage: StageNote['stage'], delta: number, text: string): StageNote => ({
  stage,
  delta,
  note: text,
})

/** Entropy as a share of the most that the alphabet and the length allow: hex has at most 4 bits a character. */
export function fairness(bits: number, s: ValueShape): number {
  const letters = s.hex
    ? 16
    : (s.lower > 0 ? 26 : 0) +
      (s.upper > 0 ? 26 : 0) +
      (s.digits > 0 ? 10 : 0) +
      (s.special + s.joins > 0 ? 10 : 0)
  const most = Math.min(Math.log2(Math.max(2, letters)), Math.log2(Math.max(2, s.length)))
  // Random text of n characters over an alphabet of a falls short of the bound by about (a - 1) / (2 n ln 2) bits
  // (Miller-Madow); add it back so that short values are judged fairly.
  const bias = s.length > letters ? (letters - 1) / (2 * s.length * Math.LN2) : 0.3
  return Math.min(1, (bits + bias) / most)
}
