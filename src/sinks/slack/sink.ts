import { TelltaleError } from '../../core/errors.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Notification, Sink, SinkTraits } from '../delivery/sink.ts'
import { classifyAnswer, outcomeOf } from '../http/classify.ts'
import { HttpPoster } from '../http/poster.ts'
import { SecretSource } from '../http/secret-source.ts'
import type { SinkDeps } from '../sink-deps.ts'
import { slackMessage } from './blocks.ts'
import type { SlackConfig } from './config.ts'

/** A Slack channel, through an incoming webhook. */
export class SlackSink implements Sink {
  readonly traits: SinkTraits
  readonly #deps: SinkDeps
  readonly #poster: HttpPoster
  readonly #url: SecretSource

  constructor(config: SlackConfig, deps: SinkDeps) {
    this.#deps = deps
    this.#poster = new HttpPoster(config.timeout, config.tls)
    this.#url = new SecretSource(config.url, config.urlFile)
    const maxItems = config.maxFindings
    this.traits = { maxItems, mixesGroups: false, reminds: true, resendMs: null, sightingMs: 0 }
  }

  async start(): Promise<void> {
    await this.#url.read()
  }

  send(n: Notification, signal: AbortSignal): Promise<Outcome> {
    return outcomeOf(async () => {
      const url = await this.#url.read()
      if (url === null) throw new TelltaleError('SINK_FAILED', 'the Slack webhook has no address')
      const body = JSON.stringify(slackMessage(n, this.#deps.publicUrl))
      const headers = { 'content-type': 'application/json', 'user-agent': 'telltale' }
      return classifyAnswer(await this.#poster.post(url, headers, body, signal))
    })
  }

  async stop(): Promise<void> {
    this.#poster.close()
  }
}
