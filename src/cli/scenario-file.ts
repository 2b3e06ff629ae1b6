import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { duration } from '../config/scalars.ts'
import { TelltaleError } from '../core/errors.ts'
import { HAPPENINGS } from '../simulate/conditions.ts'
import { CREDENTIAL_KINDS } from '../simulate/credentials.ts'
import { PRESET_NAMES, PRESETS, type Scenario } from '../simulate/scenario.ts'

/** A scenario written by a user; every field left out is that of the preset named by `like`. */
const schema = z.strictObject({
  like: z.enum(PRESET_NAMES as [string, ...string[]]).default('normal'),
  description: z.string().optional(),
  duration: duration().optional(),
  rate: z.number().positive().optional(),
  services: z.int().min(1).max(100_000).optional(),
  overdispersion: z.number().min(0).max(10).optional(),
  diurnal: z.number().min(0).max(1).optional(),
  metricsEvery: duration().optional(),
  leaksPerMinute: z.number().min(0).optional(),
  happenings: z
    .array(
      z.strictObject({
        kind: z.enum(HAPPENINGS),
        service: z.string().optional(),
        at: z.number().min(0).max(1),
        for: z.number().min(0).max(1),
        strength: z.number().positive().optional(),
      }),
    )
    .optional(),
  leaks: z
    .array(
      z.strictObject({
        at: z.number().min(0).max(1),
        kind: z.enum(CREDENTIAL_KINDS as [string, ...string[]]).optional(),
        service: z.string().optional(),
      }),
    )
    .optional(),
})

/**
 * A preset by name, or a YAML file by path.
 * @throws TelltaleError INPUT_UNREADABLE, or CONFIG_INVALID with every problem and its path
 */
export function loadScenario(nameOrPath: string): Scenario {
  if ((PRESET_NAMES as readonly string[]).includes(nameOrPath))
    return PRESETS[nameOrPath as keyof typeof PRESETS]
  let text: string
  try {
    text = readFileSync(nameOrPath, 'utf8')
  } catch (cause) {
    const known = PRESET_NAMES.join(', ')
    throw new TelltaleError(
      'INPUT_UNREADABLE',
      `no scenario file at ${nameOrPath}, and the presets are ${known}`,
      {
        cause,
      },
    )
  }
  const result = schema.safeParse(parse(text))
  if (!result.success) {
    const detail = result.error.issues.map((i) => `${i.path.join('.') || '(top)'}: ${i.message}`)
    throw new TelltaleError('CONFIG_INVALID', `the scenario ${nameOrPath} is not valid`, { detail })
  }
  const { like, duration: durationMs, rate: perSecond, metricsEvery: metricsEveryMs, ...rest } = result.data
  const given = { ...rest, durationMs, perSecond, metricsEveryMs }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ...PRESETS[like as keyof typeof PRESETS], ...set } as Scenario
}
