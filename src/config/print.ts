import { z } from 'zod'
import { leafPaths, variableOf } from './environment.ts'
import { dotted, type LoadedConfig } from './load.ts'

/** One effective setting. */
export interface Setting {
  readonly path: string
  readonly value: unknown
  readonly from: string
  readonly variable: string
}

const MASK = '********'

/** Every leaf with its effective value (secrets masked) and where it came from. */
export function effectiveSettings<S extends z.ZodType>(
  schema: S,
  loaded: LoadedConfig<z.output<S>>,
): Setting[] {
  const encoded = z.encode(schema, loaded.config) as unknown
  const secrets = secretPaths(schema)
  return leafPaths(schema).map((path) => ({
    path: dotted(path),
    value: maskSecrets(at(encoded, path), path, secrets),
    from: loaded.provenance(path),
    variable: variableOf(path),
  }))
}

/** The configuration's JSON Schema, draft 2020-12, as users write it. */
export function configJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], value)
}

type Node = z.core.$ZodType & { meta?: () => { secret?: unknown } | undefined }

/** Paths of fields marked `.meta({ secret: true })`; `*` stands for any list index or map key. */
function secretPaths(schema: z.core.$ZodType, path: string[] = [], found = new Set<string>()): Set<string> {
  const node = schema as Node
  if (node.meta?.()?.secret === true) found.add(path.join('.'))
  const def = schema._zod.def as unknown as {
    innerType?: Node
    in?: Node
    shape?: Record<string, Node>
    element?: Node
    valueType?: Node
    options?: Node[]
  }
  if (def.innerType !== undefined) secretPaths(def.innerType, path, found)
  if (def.in !== undefined) secretPaths(def.in, path, found)
  if (def.element !== undefined) secretPaths(def.element, [...path, '*'], found)
  if (def.valueType !== undefined) secretPaths(def.valueType, [...path, '*'], found)
  for (const option of def.options ?? []) secretPaths(option, path, found)
  for (const [key, inner] of Object.entries(def.shape ?? {})) secretPaths(inner, [...path, key], found)
  return found
}

function maskSecrets(value: unknown, path: readonly string[], secrets: Set<string>): unknown {
  const isSecret = [...secrets].some((s) => {
    const keys = s.split('.')
    return keys.length === path.length && keys.every((k, i) => k === '*' || k === path[i])
  })
  if (isSecret) return value === undefined ? undefined : MASK
  if (Array.isArray(value)) return value.map((v, i) => maskSecrets(v, [...path, String(i)], secrets))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, maskSecrets(v, [...path, k], secrets)]),
    )
  }
  return value
}
