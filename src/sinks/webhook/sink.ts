import { TelltaleError } from '../../core/errors.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Notification, Sink, SinkTraits } from '../delivery/sink.ts'
import { classifyAnswer, outcomeOf } from '../http/classify.ts'
import { HttpPoster } from '../http/poster.ts'
import { SecretSource } from '../http/secret-source.ts'
import type { SinkDeps } from '../sink-deps.ts'
import type { WebhookConfig } from './config.ts'
import { alertmanagerPayload, telltalePayload } from './payload.ts'
import { SIGNATURE_HEADER, sign } from './signature.ts'

/** POSTs findings to any HTTP receiver. */
export class WebhookSink implements Sink {
  readonly traits: SinkTraits
  readonly #config: WebhookConfig
  readonly #deps: SinkDeps
  readonly #poster: HttpPoster
  readonly #url: SecretSource
  readonly #token: SecretSource
  readonly #key: SecretSource

  constructor(config: WebhookConfig, deps: SinkDeps) {
    this.#config = config
    this.#deps = deps
    this.#poster = new HttpPoster(config.timeout, config.tls)
    this.#url = new SecretSource(config.url, config.urlFile)
    this.#token = new SecretSource(config.token, config.tokenFile)
    this.#key = new SecretSource(config.hmacKey, config.hmacKeyFile)
    const maxItems = config.maxFindings
    this.traits = { maxItems, mixesGroups: false, reminds: true, resendMs: null, sightingMs: 0 }
  }

  async start(): Promise<void> {
    await Promise.all([this.#url.read(), this.#token.read(), this.#key.read()])
  }

  send(n: Notification, signal: AbortSignal): Promise<Outcome> {
    return outcomeOf(async () => {
      const [url, token, key] = await Promise.all([this.#url.read(), this.#token.read(), this.#key.read()])
      if (url === null) throw new TelltaleError('SINK_FAILED', 'the webhook has no address')
      const { publicUrl, name, clock } = this.#deps
      const own = this.#config.format === 'telltale'
      const body = own ? telltalePayload(n, publicUrl) : alertmanagerPayload(n, name, publicUrl)
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'user-agent': 'telltale',
        'idempotency-key': n.deliveryId,
      }
      if (token !== null) headers['authorization'] = `Bearer ${token}`
      if (key !== null) headers[SIGNATURE_HEADER] = sign(key, body, clock.nowMs())
      return classifyAnswer(await this.#poster.post(url, headers, body, signal))
    })
  }

  async stop(): Promise<void> {
    this.#poster.close()
  }
}
