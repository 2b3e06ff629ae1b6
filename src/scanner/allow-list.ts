import ignore from 'ignore'
import { RE2JS } from 're2js'
import { z } from 'zod'

/** What a user has looked at and lets pass. Patterns are RE2, so none can stall a scan. */
export const allowListSchema = z
  .strictObject({
    description: z.string().optional(),
    regexes: z
      .array(linearPattern())
      .default([])
      .meta({
        description: 'A secret that one of these matches passes. RE2 syntax.',
        examples: [['^AKIA.*EXAMPLE$']],
      }),
    lines: z
      .array(linearPattern())
      .default([])
      .meta({ description: 'The same for the whole line; files only.' }),
    paths: z
      .array(z.string())
      .default([])
      .meta({
        description: 'Files to leave out, as in .gitignore.',
        examples: [['test/fixtures/', '*.snap']],
      }),
    rules: z.array(z.string()).default([]).meta({ description: 'Ids of rules that stay quiet.' }),
    fingerprints: z.array(z.string()).default([]).meta({ description: 'Fingerprints of findings.' }),
  })
  .meta({ description: 'What to let pass.' })

export type AllowListInput = z.input<typeof allowListSchema>
export type AllowListData = z.output<typeof allowListSchema>

function linearPattern() {
  return z.string().superRefine((pattern, context) => {
    try {
      RE2JS.compile(pattern)
    } catch (error) {
      context.addIssue({ code: 'custom', message: `no RE2 pattern: ${(error as Error).message}` })
    }
  })
}

/** Tests findings against an allow list; made once, used for every finding. */
export class AllowList {
  readonly #regexes: readonly RE2JS[]
  readonly #lines: readonly RE2JS[]
  readonly #paths: ReturnType<typeof ignore> | null
  readonly #rules: ReadonlySet<string>
  readonly #fingerprints: ReadonlySet<string>
  /** Whether `allows` needs the line's text. */
  readonly readsLines: boolean

  constructor(data: AllowListData) {
    this.#regexes = data.regexes.map((pattern) => RE2JS.compile(pattern))
    this.#lines = data.lines.map((pattern) => RE2JS.compile(pattern))
    this.#paths = data.paths.length === 0 ? null : ignore().add([...data.paths])
    this.#rules = new Set(data.rules)
    this.#fingerprints = new Set(data.fingerprints)
    this.readsLines = this.#lines.length > 0
  }

  /** @param path relative, `/` between parts */
  allowsPath(path: string): boolean {
    return this.#paths !== null && ignore.isPathValid(path) && this.#paths.ignores(path)
  }

  allows(ruleId: string, fingerprint: string, secret: string, line: string): boolean {
    if (this.#rules.has(ruleId) || this.#fingerprints.has(fingerprint)) return true
    return (
      this.#regexes.some((re) => re.matcher(secret).find()) ||
      this.#lines.some((re) => re.matcher(line).find())
    )
  }
}
