import { hashText } from '../columns/hash.kernel.ts'
import { type KeyTable, MAX_KEYS, ROLE_HASH } from '../columns/key-table.ts'
import { type ProfileConfig, ROW_NAME, ROW_VALUE } from './config.ts'

/**
 * Profiles compiled for the row loop. Every attribute any profile names is a field 0..fields-1; one pass over a row's
 * attributes notes where each field is and, for each ordered list of candidates (a pick), the first that is present.
 *
 *   key id --fieldOfKey--> field + 1 (0 none)      pick p, field f --rank[p * fields + f]--> 1.. (0 none)
 */
export interface ProfilePlan {
  readonly fields: number
  readonly fieldOfKey: Uint8Array
  readonly fieldNames: readonly string[]
  readonly picks: number
  readonly rank: Uint8Array
  /** 1 for a field that is a candidate of any pick. */
  readonly isPicked: Uint8Array
  readonly bySignal: readonly (readonly CompiledProfile[])[]
  readonly profiles: readonly CompiledProfile[]
  /** Pick of the HTTP status. */
  readonly statusPick: number
}

/** An attribute a row must have, with one of these hashes; with any value when there are none. */
export interface Match {
  readonly field: number
  readonly hashes: readonly { a: number; b: number }[]
}

export interface CompiledProfile {
  readonly index: number
  readonly name: string
  readonly unit: string
  readonly seedA: number
  readonly seedB: number
  /** Fields of the series key, NAME_FIELD for the row's name. */
  readonly parts: readonly number[]
  readonly partNames: readonly string[]
  readonly matches: readonly Match[]
  /** Pick of the value, or -1. */
  readonly valuePick: number
  readonly rowValue: boolean
  readonly subjectPick: number
  readonly errors: boolean
  readonly templates: boolean
  /** Key ids of attributes whose values are watched. */
  readonly rare: readonly number[]
}

export const NAME_FIELD = -1
const MAX_FIELDS = 250
const STATUS_KEYS = ['http.response.status_code', 'http.status_code', 'rpc.response.status_code', 'status']

const asList = (x: string | readonly string[]): readonly string[] => (typeof x === 'string' ? [x] : x)

export function planProfiles(configs: readonly ProfileConfig[], keys: KeyTable): ProfilePlan {
  const names: string[] = []
  const fieldOfKey = new Uint8Array(MAX_KEYS)
  const field = (name: string, hashed: boolean): number => {
    const id = keys.reserve(name, hashed ? ROLE_HASH : 0)
    let at = names.indexOf(name)
    if (at < 0 && names.length < MAX_FIELDS) at = names.push(name) - 1
    if (id !== 0) fieldOfKey[id] = at + 1
    return at
  }
  const lists: string[][] = []
  const pick = (list: readonly string[], hashed: boolean): number => {
    if (list.length === 0) return -1
    for (const name of list) field(name, hashed)
    const known = lists.findIndex((other) => other.join('\n') === list.join('\n'))
    return known >= 0 ? known : lists.push([...list]) - 1
  }
  const statusPick = pick(STATUS_KEYS, false)
  const profiles = configs.map((config, index): CompiledProfile => {
    const values = asList(config.value)
    const seed = hashText(config.name, keys.seed)
    return {
      index,
      name: config.name,
      unit: config.unit,
      seedA: seed.a,
      seedB: seed.b,
      parts: config.series.map((name) => (name === ROW_NAME ? NAME_FIELD : field(name, true))),
      partNames: config.series,
      matches: Object.entries(config.match).map(([name, texts]) => ({
        field: field(name, true),
        hashes: asList(texts).map((text) => hashText(text, keys.seed)),
      })),
      valuePick: pick(
        values.filter((name) => name !== ROW_VALUE),
        false,
      ),
      rowValue: values.includes(ROW_VALUE),
      subjectPick: pick(asList(config.subject), true),
      errors: config.errors,
      templates: config.templates && config.signals.includes('logs'),
      rare: config.rare.map((name) => keys.reserve(name, ROLE_HASH)).filter((id) => id !== 0),
    }
  })
  const rank = new Uint8Array(lists.length * names.length)
  const isPicked = new Uint8Array(names.length)
  lists.forEach((list, p) => {
    list.forEach((name, i) => {
      rank[p * names.length + names.indexOf(name)] = Math.min(254, i + 1)
      isPicked[names.indexOf(name)] = 1
    })
  })
  return {
    fields: names.length,
    fieldOfKey,
    fieldNames: names,
    picks: lists.length,
    rank,
    isPicked,
    profiles,
    statusPick,
    bySignal: (['logs', 'spans', 'metrics'] as const).map((signal) =>
      profiles.filter((profile) => configs[profile.index]!.signals.includes(signal)),
    ),
  }
}
