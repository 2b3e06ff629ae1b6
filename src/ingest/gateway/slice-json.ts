import { joinKey } from './resource-key.kernel.ts'
import type { Slice, Sliced } from './slice-request.ts'

/**
 * The same for a request in JSON, which is parsed and written again: JSON values have no lengths to copy by. Messages stay
 * JSON; telltale tells them from protobuf by their first byte.
 * @returns null when it is not an export request. @throws SyntaxError, RangeError when nested past the stack
 */
export function sliceJson(text: string, names: readonly string[], maxBytes: number): Sliced | null {
  const request: unknown = JSON.parse(text)
  if (!isObject(request)) return null
  const member = GROUPS.find((name) => name in request)
  if (member === undefined) return { slices: [], rejected: 0 }
  const groups = request[member]
  if (!Array.isArray(groups) || !groups.every(isObject)) return null
  const byKey = Map.groupBy(groups, (group) => keyOf(group, names))
  const slices: Slice[] = []
  let rejected = 0
  for (const [key, list] of byKey) {
    const waiting = [list]
    for (let some = waiting.pop(); some !== undefined; some = waiting.pop()) {
      const value = Buffer.from(JSON.stringify({ [member]: some }))
      if (value.length <= maxBytes) {
        slices.push({ key, value })
        continue
      }
      const halves = inHalves(some)
      if (halves === null) rejected++
      else waiting.push(halves[1], halves[0])
    }
  }
  return { slices, rejected }
}

type Json = Record<string, unknown>

const GROUPS = ['resourceLogs', 'resourceSpans', 'resourceMetrics']
/** What a group holds, and what a scope holds. */
const INSIDE = [
  ['scopeLogs', 'scopeSpans', 'scopeMetrics'],
  ['logRecords', 'spans', 'metrics'],
]

const isObject = (x: unknown): x is Json => typeof x === 'object' && x !== null && !Array.isArray(x)

function keyOf(group: Json, names: readonly string[]): string {
  const attributes = isObject(group['resource']) ? group['resource']['attributes'] : []
  const list = Array.isArray(attributes) ? attributes.filter(isObject) : []
  return joinKey(
    names.map((name) => {
      const value = list.find((a) => a['key'] === name)?.['value']
      if (!isObject(value)) return null
      const text = value['stringValue']
      return typeof text === 'string' ? text : JSON.stringify(value)
    }),
  )
}

/** Cut between groups, else between the scopes of the only group, else between its records; null for one record. */
function inHalves(list: readonly Json[], depth = 0): readonly [Json[], Json[]] | null {
  const [only] = list
  if (only === undefined) return null
  if (list.length > 1) return [list.slice(0, list.length >> 1), list.slice(list.length >> 1)]
  const member = INSIDE[depth]?.find((name) => name in only)
  const items = member === undefined ? null : only[member]
  if (!Array.isArray(items) || !items.every(isObject)) return null
  const halves = inHalves(items, depth + 1)
  if (halves === null) return null
  return [[{ ...only, [member!]: halves[0] }], [{ ...only, [member!]: halves[1] }]]
}
