import { type Random, seededRandom } from '../../../src/core/clock.ts'

/** Seeded choices, so that a corpus is the same for everybody. */
export class Dice {
  readonly random: Random
  constructor(seed: number) {
    this.random = seededRandom(seed)
  }
  below(n: number): number {
    return Math.floor(this.random() * n)
  }
  between(a: number, b: number): number {
    return a + this.below(b - a + 1)
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }
  chance(p: number): boolean {
    return this.random() < p
  }
  text(alphabet: string, length: number): string {
    let out = ''
    for (let i = 0; i < length; i++) out += alphabet[this.below(alphabet.length)]
    return out
  }
}

export const LOWER = 'abcdefghijklmnopqrstuvwxyz'
export const UPPER = LOWER.toUpperCase()
export const DIGITS = '0123456789'
export const HEX = '0123456789abcdef'
export const BASE62 = LOWER + UPPER + DIGITS
export const BASE64 = `${BASE62}+/`
export const BASE64URL = `${BASE62}-_`
