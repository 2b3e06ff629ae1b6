import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { TelltaleError } from '../../core/errors.ts'
import type { LabelledWindow } from './label-scores.ts'

const windowsSchema = z.array(
  z.object({
    startMs: z.number(),
    endMs: z.number(),
    service: z.string().optional(),
    kind: z.string().default('window'),
  }),
)

/** Labelled windows: a JSON array of `{startMs, endMs, service?, kind?}`. @throws TelltaleError */
export function readWindows(path: string): LabelledWindow[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TelltaleError('INPUT_UNREADABLE', `cannot read ${path}`, { cause })
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new TelltaleError('USAGE', `${path} is not JSON`, { cause })
  }
  const parsed = windowsSchema.safeParse(json)
  if (!parsed.success)
    throw new TelltaleError('USAGE', `${path} is not a list of windows`, {
      detail: parsed.error.issues.slice(0, 5).map((i) => `${i.path.join('.')}: ${i.message}`),
    })
  return parsed.data.map((w) => ({
    startMs: w.startMs,
    endMs: w.endMs,
    kind: w.kind,
    series: new Set(w.service === undefined ? [] : [w.service]),
  }))
}
