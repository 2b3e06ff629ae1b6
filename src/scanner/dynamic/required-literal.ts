/**
 * Finds literals of which every match of a pattern holds at least one, so that a user's rule has keywords without being
 * asked for them. Reads RE2 syntax; what it does not understand it takes for "no literal", never for a wrong one.
 *
 *   acme_(?:live|test)_[a-z]{8}   ->  acme_            (longest run that is always there)
 *   (?:foo_key|bar_key)=\d+       ->  foo_key, bar_key (every alternative has one)
 */
export interface RequiredLiterals {
  readonly literals: readonly string[]
  readonly ignoreCase: boolean
}

const MIN_LENGTH = 3
const MAX_ALTERNATIVES = 64

class PatternReader {
  readonly #pattern: string
  #at = 0
  ignoreCase = false

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  get done(): boolean {
    return this.#at >= this.#pattern.length
  }

  /** One alternation, up to its `)` or the end: a set of literals one of which each match holds, or null. */
  alternation(depth: number): readonly string[] | null {
    if (depth > 50) throw new RangeError('nested too deep')
    const sets: (readonly string[] | null)[] = [this.#sequence(depth)]
    while (this.#pattern[this.#at] === '|') {
      this.#at++
      sets.push(this.#sequence(depth))
    }
    if (sets.some((set) => set === null)) return null
    const all = sets.flatMap((set) => set!)
    return all.length <= MAX_ALTERNATIVES ? all : null
  }

  #sequence(depth: number): readonly string[] | null {
    let best: readonly string[] | null = null
    let run = ''
    const close = (): void => {
      if (run.length >= MIN_LENGTH) best = better(best, [run])
      run = ''
    }
    while (!this.done && this.#pattern[this.#at] !== '|' && this.#pattern[this.#at] !== ')') {
      const character = this.#literal()
      if (character !== null) {
        const least = this.#quantifier()
        if (least === null) run += character
        else {
          if (least > 0) run += character
          close()
        }
        continue
      }
      close()
      const group = this.#atom(depth)
      const least = this.#quantifier()
      if (group !== null && (least === null || least > 0)) best = better(best, group)
    }
    close()
    return best
  }

  /** A character that stands for itself, and passes it; null for anything else, and passes nothing. */
  #literal(): string | null {
    const c = this.#pattern[this.#at]!
    if (c === '\\') {
      const next = this.#pattern[this.#at + 1]
      if (next === undefined || /[A-Za-z0-9]/.test(next)) return null
      this.#at += 2
      return next
    }
    if (/[.^$|()[\]{}*+?]/.test(c)) return null
    this.#at++
    return c
  }

  /** A class, group, anchor or escape; the literals of a group, else null. */
  #atom(depth: number): readonly string[] | null {
    const c = this.#pattern[this.#at]!
    if (c === '[') {
      this.#skipClass()
      return null
    }
    if (c === '(') return this.#group(depth)
    if (c === '\\') {
      const passed = /^\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|x[0-9A-Fa-f]{2}|Q[\s\S]*?(?:\\E|$)|.)/s.exec(
        this.#pattern.slice(this.#at),
      )
      this.#at += passed?.[0].length ?? 1
      return null
    }
    this.#at++
    return null
  }

  #group(depth: number): readonly string[] | null {
    const opening = /^\((?:\?(?:P?<[A-Za-z_]\w*>|([imsU]*)(?:-[imsU]+)?(:|\))))?/.exec(
      this.#pattern.slice(this.#at),
    )!
    this.#at += opening[0].length
    if (opening[1]?.includes('i') === true) this.ignoreCase = true
    if (opening[2] === ')') return null
    const inner = this.alternation(depth + 1)
    if (this.#pattern[this.#at] === ')') this.#at++
    return inner
  }

  #skipClass(): void {
    this.#at++
    if (this.#pattern[this.#at] === '^') this.#at++
    if (this.#pattern[this.#at] === ']') this.#at++
    while (!this.done && this.#pattern[this.#at] !== ']') {
      if (this.#pattern.startsWith('[:', this.#at)) {
        const end = this.#pattern.indexOf(':]', this.#at)
        this.#at = end < 0 ? this.#at + 2 : end + 2
      } else this.#at += this.#pattern[this.#at] === '\\' ? 2 : 1
    }
    this.#at++
  }

  /** Passes a quantifier; how often at least, or null when there is none. */
  #quantifier(): number | null {
    const found = /^(?:([*+?])|\{(\d+)(?:,\d*)?\})\??/.exec(this.#pattern.slice(this.#at, this.#at + 16))
    if (found === null) return null
    this.#at += found[0].length
    if (found[1] !== undefined) return found[1] === '+' ? 1 : 0
    return Number(found[2])
  }
}

/** The set whose shortest literal is longer. */
function better(a: readonly string[] | null, b: readonly string[]): readonly string[] {
  const shortest = (set: readonly string[]): number => Math.min(...set.map((literal) => literal.length))
  return a === null || shortest(b) > shortest(a) ? b : a
}

/** Null when no match needs to hold a literal of three bytes. */
export function requiredLiterals(pattern: string): RequiredLiterals | null {
  const reader = new PatternReader(pattern)
  const literals = reader.alternation(0)
  // What is left over means that the pattern was not understood.
  if (literals === null || !reader.done) return null
  return { literals: [...new Set(literals)], ignoreCase: reader.ignoreCase }
}
