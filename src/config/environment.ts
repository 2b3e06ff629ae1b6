import { parse as parseYaml } from 'yaml'
import type { z } from 'zod'

/**
 * `TELLTALE_*` overrides. Every leaf of the schema has one name: its path in UPPER_SNAKE joined by `_`
 * (`ingest.otlp.http.listen` is TELLTALE_INGEST_OTLP_HTTP_LISTEN). Lists and numbers are written as YAML or JSON.
 */

export interface Override {
  readonly path: readonly string[]
  readonly variable: string
  readonly value: unknown
}

/** Variables of this prefix that are not settings: the launcher, the tests, the admin token of `top` and `tap`. */
const NOT_SETTINGS = /^TELLTALE_(TEST_|SHARED$|CONFIG$|CACHE$|TOKEN$)/

interface SchemaDef {
  type: string
  shape?: Record<string, z.core.$ZodType>
  innerType?: z.core.$ZodType
}

/** Dotted paths of every leaf: what is not an object with known keys. */
export function leafPaths(schema: z.core.$ZodType, at: readonly string[] = []): (readonly string[])[] {
  const def = schema._zod.def as unknown as SchemaDef
  if (def.innerType !== undefined) return leafPaths(def.innerType, at)
  if (def.type !== 'object' || def.shape === undefined) return [at]
  return Object.entries(def.shape).flatMap(([key, inner]) => leafPaths(inner, [...at, key]))
}

export function variableOf(path: readonly string[]): string {
  const words = path.map((key) =>
    key
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replace(/[^A-Za-z0-9]/g, '_')
      .toUpperCase(),
  )
  return `TELLTALE_${words.join('_')}`
}

/** Overrides present in `env`, and names with our prefix that are no setting. */
export function readOverrides(
  schema: z.core.$ZodType,
  env: Readonly<Record<string, string | undefined>>,
): { overrides: Override[]; unknown: string[] } {
  const paths = new Map(leafPaths(schema).map((path) => [variableOf(path), path]))
  const overrides: Override[] = []
  const unknown: string[] = []
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('TELLTALE_') || text === undefined || NOT_SETTINGS.test(variable)) continue
    const path = paths.get(variable)
    if (path === undefined) unknown.push(variable)
    else overrides.push({ path, variable, value: scalarOf(text) })
  }
  return { overrides, unknown }
}

/** YAML for numbers, booleans, lists and maps; anything that does not parse stays text. */
function scalarOf(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 0 }) ?? text
  } catch {
    return text
  }
}

/** Replaces `${NAME}` and `${NAME:-default}` in string scalars; `$${` is a literal `${`. Missing names are reported. */
export function substitute(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  missing: (name: string, path: readonly PropertyKey[]) => void,
  touched: (path: readonly PropertyKey[], name: string) => void = () => {},
  path: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') {
    return value.replace(
      /(\$)?\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
      (whole, escaped, name, fallback) => {
        if (escaped !== undefined) return whole.slice(1)
        touched(path, name)
        const found = env[name] ?? fallback
        if (found === undefined) missing(name, path)
        return found ?? ''
      },
    )
  }
  if (Array.isArray(value)) return value.map((v, i) => substitute(v, env, missing, touched, [...path, i]))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, substitute(v, env, missing, touched, [...path, k])]),
    )
  }
  return value
}
