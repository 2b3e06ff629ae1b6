import { DONE, type Outcome } from '../../core/outcome.ts'
import type { Notification, Sink, SinkTraits } from '../delivery/sink.ts'
import { classifyAnswer, outcomeOf } from '../http/classify.ts'
import { HttpPoster } from '../http/poster.ts'
import { SecretSource } from '../http/secret-source.ts'
import type { SinkDeps } from '../sink-deps.ts'
import type { PagerdutyConfig } from './config.ts'
import { pagerdutyEvent } from './event.ts'

/** PagerDuty, one event a request, as its API has it. */
export class PagerdutySink implements Sink {
  readonly traits: SinkTraits = {
    maxItems: 1,
    mixesGroups: false,
    reminds: false, // an incident reminds by itself
    resendMs: null,
    sightingMs: 0,
  }
  readonly #config: PagerdutyConfig
  readonly #deps: SinkDeps
  readonly #poster: HttpPoster
  readonly #key: SecretSource

  constructor(config: PagerdutyConfig, deps: SinkDeps) {
    this.#config = config
    this.#deps = deps
    this.#poster = new HttpPoster(config.timeout, config.tls)
    this.#key = new SecretSource(config.routingKey, config.routingKeyFile)
  }

  async start(): Promise<void> {
    await this.#key.read()
  }

  send(n: Notification, signal: AbortSignal): Promise<Outcome> {
    return outcomeOf(async () => {
      const key = (await this.#key.read()) ?? ''
      for (const item of n.items) {
        const { finding } = item
        // Another finding about the same thing is open: its incident stays.
        if (finding.state === 'resolved' && this.#deps.open.hasTwin(finding, this.#deps.name)) continue
        const body = JSON.stringify(pagerdutyEvent(item, key, this.#deps.publicUrl))
        const headers = { 'content-type': 'application/json', 'user-agent': 'telltale' }
        const outcome = classifyAnswer(await this.#poster.post(this.#config.url, headers, body, signal))
        if (outcome.kind !== 'done') return outcome
      }
      return DONE
    })
  }

  async stop(): Promise<void> {
    this.#poster.close()
  }
}
