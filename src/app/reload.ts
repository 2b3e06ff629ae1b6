import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../core/clock.ts'
import type { TelltaleError } from '../core/errors.ts'
import type { RootConfig } from '../registry.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Meter } from '../telemetry/meter.ts'

/** Sections that change while running; the others say that they need a restart. */
const HOT = ['scanner', 'sinks', 'log'] as const
type Hot = (typeof HOT)[number]

export interface ReloadResult {
  /** Sections now in force. */
  readonly applied: readonly string[]
  /** Sections that changed but need a restart. */
  readonly needRestart: readonly string[]
}

export interface ReloadParts {
  /** Reads and validates the configuration again. @throws TelltaleError CONFIG_INVALID, CONFIG_UNREADABLE */
  readonly load: () => RootConfig
  /** Makes one section's parts from the new configuration. May throw: then nothing of that section changed. */
  readonly apply: Readonly<Record<Hot, (config: RootConfig) => void | Promise<void>>>
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
}

/**
 * Hot reload: validated as a whole first, the old configuration stays in force on any error, state is kept.
 * One at a time; a second request waits for the first.
 */
export class Reloader {
  readonly #parts: ReloadParts
  #config: RootConfig
  #last: Promise<unknown> = Promise.resolve()
  #succeeded = true
  #succeededMs: number

  constructor(config: RootConfig, parts: ReloadParts) {
    this.#config = config
    this.#parts = parts
    this.#succeededMs = parts.clock.nowMs()
    parts.meter.gauge(
      'telltale_config_last_reload_successful',
      '1 when the last reload succeeded, else 0.',
      () => (this.#succeeded ? 1 : 0),
    )
    parts.meter.gauge(
      'telltale_config_last_reload_success_timestamp_seconds',
      'When a configuration last took effect.',
      () => this.#succeededMs / 1000,
    )
  }

  /** @throws TelltaleError with every problem; the old configuration is in force then */
  reload(): Promise<ReloadResult> {
    const run = this.#last.then(() => this.#reload())
    this.#last = run.catch(() => {})
    return run
  }

  async #reload(): Promise<ReloadResult> {
    const { load, apply, clock, logger } = this.#parts
    try {
      const next = load()
      const changed = (Object.keys(next) as (keyof RootConfig)[]).filter(
        (k) => !isDeepStrictEqual(next[k], this.#config[k]),
      )
      const applied = HOT.filter((section) => changed.includes(section))
      const needRestart = changed.filter((section) => !(HOT as readonly string[]).includes(section))
      for (const section of applied) {
        await apply[section](next)
        this.#config = { ...this.#config, [section]: next[section] }
      }
      this.#succeeded = true
      this.#succeededMs = clock.nowMs()
      logger.info({ applied, needRestart }, 'configuration reloaded')
      return { applied, needRestart }
    } catch (cause) {
      this.#succeeded = false
      const { message, detail = [] } = cause as Partial<TelltaleError>
      logger.error({ problems: [message, ...detail] }, 'reload failed; the old configuration stays in force')
      throw cause
    }
  }
}
