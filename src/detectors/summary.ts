import type { Observation } from './evidence.ts'

/** A number as a person writes it: three digits, and k or M. */
export function short(x: number): string {
  const a = Math.abs(x)
  if (!Number.isFinite(x)) return '?'
  if (a >= 1e6) return `${Number((x / 1e6).toPrecision(3))}M`
  if (a >= 1e4) return `${Number((x / 1e3).toPrecision(3))}k`
  return String(Number(x.toPrecision(a >= 100 ? 3 : 2)))
}

const percent = (x: number): string => `${short(x * 100)}%`

/** One line, e.g. `checkout: rate 31/s, expected 3.1/s (surge ×10)`. Series values are masked by the caller. */
export function describe(
  series: Readonly<Record<string, string>>,
  profile: string,
  lead: Observation,
  unit: string,
): string {
  const texts = Object.values(series).filter((text) => text !== '')
  const who = texts.length > 0 ? texts.join(' ') : profile
  return `${who}: ${what(lead, unit)}`
}

function what(lead: Observation, unit: string): string {
  const { expected, observed } = lead
  const suffix = unit === '1' ? '' : ` ${unit}`
  const factor = observed / expected
  switch (lead.name) {
    case 'rate':
    case 'burst':
      if (observed === 0) return `silent, expected ${short(expected)}/s`
      if (factor < 1)
        return `rate ${short(observed)}/s, expected ${short(expected)}/s (down to ${percent(factor)})`
      if (factor > 1000) return `rate ${short(observed)}/s where there was none`
      return `rate ${short(observed)}/s, expected ${short(expected)}/s (surge ×${short(factor)})`
    case 'errors':
      return `error ratio ${percent(observed)}, usually ${percent(expected)}`
    case 'cardinality':
      return `${percent(observed)} of subjects never seen before, usually ${percent(expected)}`
    case 'templates':
      return `${percent(observed)} of warnings of a kind never seen before, usually ${percent(expected)}`
    case 'frozen':
      return `value stuck at ${short(observed)}${suffix}`
    case 'shift':
      return `value around ${short(observed)}${suffix}, usually ${short(expected)}${suffix}`
    case 'tail':
      return `values as far out as ${short(observed)}${suffix} too often, usually around ${short(expected)}${suffix}`
    default:
      return `value ${short(observed)}${suffix} is rare, expected about ${short(expected)}${suffix}`
  }
}
