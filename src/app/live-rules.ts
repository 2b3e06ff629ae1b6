import type { Component } from '../core/component.ts'
import { type FolderRules, RuleFolder } from '../scanner/dynamic/rule-folder.ts'
import { userRulesFolder } from '../scanner/dynamic/user-rules.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Meter } from '../telemetry/meter.ts'

/** How often the folder is looked at. A look is one `readdir` and a `stat` a file. */
const LOOK_MS = 2000

export interface LiveRulesParts {
  /** `scanner.rulesDir`, or undefined for the user's own folder. */
  readonly folder: string | undefined
  readonly env: NodeJS.ProcessEnv
  readonly logger: Logger
  readonly meter: Meter
  readonly onChange: () => void
}

/** The rules of the user's folder, kept current while the daemon runs. What a file has wrong is logged once, with its place. */
export class LiveRules implements Component {
  readonly #folder: RuleFolder
  readonly #onChange: () => void
  readonly #logger: Logger
  readonly #reloads: { add(n?: number): void }
  readonly #stop = new AbortController()
  #current: FolderRules

  constructor({ folder, env, logger, meter, onChange }: LiveRulesParts) {
    const problems = meter.counter('telltale_scanner_rule_problems_total', 'What was wrong with rule files.')
    this.#reloads = meter.counter('telltale_scanner_rule_reloads_total', 'Changes of the rules in force.')
    this.#logger = logger
    this.#onChange = onChange
    this.#folder = new RuleFolder(folder ?? userRulesFolder(env), (problem) => {
      problems.add()
      logger.warn({ problem }, 'rule file')
    })
    this.#folder.refresh()
    this.#current = this.#folder.current()
  }

  get current(): FolderRules {
    return this.#current
  }

  async start(): Promise<void> {
    void this.#folder.watch(LOOK_MS, this.#stop.signal, (rules) => {
      this.#current = rules
      this.#reloads.add()
      this.#logger.info({ rules: rules.rules.length }, 'rules changed')
      this.#onChange()
    })
  }

  async stop(): Promise<void> {
    this.#stop.abort()
  }
}
