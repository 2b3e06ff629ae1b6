import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { parse as parseToml, TomlError } from 'smol-toml'
import { LineCounter, parseDocument } from 'yaml'
import { TelltaleError } from '../core/errors.ts'

/** A parsed configuration file, before validation. */
export interface ConfigFile {
  readonly name: string
  readonly values: Record<string, unknown>
  /** 1-based line of a dotted path, where the format tells. */
  lineOf(path: readonly PropertyKey[]): number | null
}

const MAX_CONFIG_BYTES = 4 * 1024 * 1024
/** YAML aliases may expand a small file into a huge one. */
const MAX_ALIASES = 100

/** @throws TelltaleError CONFIG_UNREADABLE, or CONFIG_INVALID with line and column of a syntax error. */
export function readConfigFile(name: string): ConfigFile {
  let text: string
  try {
    text = readFileSync(name, 'utf8')
  } catch (cause) {
    throw new TelltaleError(
      'CONFIG_UNREADABLE',
      `cannot read configuration ${name}: ${(cause as NodeJS.ErrnoException).code}`,
      { cause },
    )
  }
  if (text.length > MAX_CONFIG_BYTES) {
    throw new TelltaleError('CONFIG_INVALID', `${name} is larger than ${MAX_CONFIG_BYTES} bytes`)
  }
  return parseConfigText(name, text)
}

/** TOML by the ending `.toml`; YAML, and so JSON, otherwise. */
export function parseConfigText(name: string, text: string): ConfigFile {
  return extname(name).toLowerCase() === '.toml' ? fromToml(name, text) : fromYaml(name, text)
}

function fromToml(name: string, text: string): ConfigFile {
  try {
    return { name, values: parseToml(text) as Record<string, unknown>, lineOf: () => null }
  } catch (cause) {
    const where = cause instanceof TomlError ? `:${cause.line}:${cause.column}` : ''
    throw new TelltaleError('CONFIG_INVALID', `${name}${where}: not valid TOML`, {
      cause,
      detail: [(cause as Error).message],
    })
  }
}

function fromYaml(name: string, text: string): ConfigFile {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, version: '1.2', uniqueKeys: true })
  if (document.errors.length > 0) {
    const detail = document.errors.map((e) => {
      const at = lineCounter.linePos(e.pos[0])
      return `${name}:${at.line}:${at.col}: ${e.message.split('\n')[0]}`
    })
    throw new TelltaleError('CONFIG_INVALID', `${name} is not valid YAML`, { detail })
  }
  let values: unknown
  try {
    values = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}
  } catch (cause) {
    throw new TelltaleError('CONFIG_INVALID', `${name}: ${(cause as Error).message}`, { cause })
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TelltaleError('CONFIG_INVALID', `${name}: expected a mapping of sections at the top level`)
  }
  return {
    name,
    values: values as Record<string, unknown>,
    lineOf: (path) => {
      const node = document.getIn(path as (string | number)[], true) as
        | { range?: [number, number, number] }
        | undefined
      return node?.range === undefined ? null : lineCounter.linePos(node.range[0]).line
    },
  }
}
