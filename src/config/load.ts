import type { z } from 'zod'
import { TelltaleError } from '../core/errors.ts'
import { readOverrides, substitute } from './environment.ts'
import { type ConfigFile, readConfigFile } from './source.ts'

/** Where an effective value came from: `default`, `file telltale.yaml:12`, `TELLTALE_LOG_LEVEL`, `flag`. */
export type Provenance = (path: readonly PropertyKey[]) => string

export interface LoadedConfig<T> {
  readonly config: T
  /** What the user wrote, merged and substituted, before defaults. */
  readonly input: Record<string, unknown>
  readonly provenance: Provenance
  readonly warnings: readonly string[]
}

export interface ConfigInputs {
  /** A file, or undefined for defaults only. */
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values from flags, by dotted path. */
  readonly flags?: Readonly<Record<string, unknown>>
}

/**
 * File, then `${ENV}` substitution, then TELLTALE_* overrides, then flags, then the schema with its defaults.
 * @throws TelltaleError CONFIG_UNREADABLE or CONFIG_INVALID; the latter lists every problem with its path
 */
export function loadConfig<S extends z.ZodType>(schema: S, inputs: ConfigInputs): LoadedConfig<z.output<S>> {
  const file: ConfigFile | null = inputs.file === undefined ? null : readConfigFile(inputs.file)
  const problems: string[] = []
  const sources = new Map<string, string>()
  const name = file?.name ?? ''
  const input = substitute(
    file?.values ?? {},
    inputs.env,
    (variable, path) =>
      problems.push(
        `${dotted(path)}: environment variable ${variable} is not set (write \${${variable}:-default} to give one)`,
      ),
    (path, variable) => sources.set(dotted(path), `file ${name}, \${${variable}}`),
  ) as Record<string, unknown>

  const { overrides, unknown } = readOverrides(schema, inputs.env)
  for (const { path, variable, value } of overrides) {
    setPath(input, path, value)
    sources.set(dotted(path), variable)
  }
  for (const [path, value] of Object.entries(inputs.flags ?? {})) {
    if (value === undefined) continue
    setPath(input, path.split('.'), value)
    sources.set(path, 'flag')
  }

  const provenance: Provenance = (path) => {
    for (let n = path.length; n > 0; n--) {
      const source = sources.get(dotted(path.slice(0, n)))
      if (source !== undefined) return source
    }
    if (file === null || !hasPath(file.values, path)) return 'default'
    const line = file.lineOf(path)
    return line === null ? `file ${file.name}` : `file ${file.name}:${line}`
  }

  const parsed = schema.safeParse(input)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const keys =
        issue.code === 'unrecognized_keys' ? issue.keys.map((k) => [...issue.path, k]) : [issue.path]
      for (const path of keys) {
        const from = provenance(path)
        const what = issue.code === 'unrecognized_keys' ? 'unknown setting' : issue.message
        problems.push(`${dotted(path) || '(top level)'}: ${what}${from === 'default' ? '' : ` [${from}]`}`)
      }
    }
  }
  if (problems.length > 0) {
    const n = problems.length
    throw new TelltaleError('CONFIG_INVALID', `configuration has ${n} problem${n === 1 ? '' : 's'}`, {
      detail: problems,
    })
  }
  const warnings = unknown.map((v) => `${v} is not a setting and is ignored`)
  return { config: parsed.data as z.output<S>, input, provenance, warnings }
}

export function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

function hasPath(values: unknown, path: readonly PropertyKey[]): boolean {
  let at = values
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false
    at = (at as Record<PropertyKey, unknown>)[key]
  }
  return true
}

function setPath(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = values
  for (const key of path.slice(0, -1)) {
    const next = at[key]
    if (typeof next !== 'object' || next === null || Array.isArray(next)) at[key] = {}
    at = at[key] as Record<string, unknown>
  }
  at[path.at(-1)!] = value
}
