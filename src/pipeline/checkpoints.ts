import { z } from 'zod'
import type { StreamStates } from '../columns/stage.ts'
import { duration } from '../config/scalars.ts'
import type { Component } from '../core/component.ts'

export const stateConfig = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .meta({ description: 'Keep what the detectors learned across restarts.' }),
    every: duration()
      .prefault('60s')
      .meta({ description: 'How often a snapshot of OTLP state is written; also on drain.' }),
  })
  .meta({ description: 'Snapshots of detector state, under dataDir.' })

/** Keeps the state of a stream without offsets (OTLP) across restarts: loaded at start, saved every so often and on drain. */
export class Checkpoints implements Component {
  readonly #config: z.output<typeof stateConfig>
  readonly #stream: string
  readonly #states: StreamStates
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<unknown> | null = null

  constructor(config: z.output<typeof stateConfig>, stream: string, states: StreamStates) {
    this.#config = config
    this.#stream = stream
    this.#states = states
  }

  async start(): Promise<void> {
    if (!this.#config.enabled) return
    await this.#states.open(this.#stream)
    this.#timer = setInterval(() => void this.#save(), this.#config.every)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    if (this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
    await this.#saving
    await this.#save()
  }

  /** One at a time. */
  #save(): Promise<unknown> {
    this.#saving ??= this.#states.checkpoint(this.#stream, 0).finally(() => {
      this.#saving = null
    })
    return this.#saving
  }
}
