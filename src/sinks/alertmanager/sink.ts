import { TelltaleError } from '../../core/errors.ts'
import { DONE, type Outcome } from '../../core/outcome.ts'
import type { Notification, Sink, SinkTraits } from '../delivery/sink.ts'
import { classifyAnswer, outcomeOf } from '../http/classify.ts'
import { HttpPoster } from '../http/poster.ts'
import { SecretSource } from '../http/secret-source.ts'
import type { SinkDeps } from '../sink-deps.ts'
import { type AlertsOptions, alertsOf } from './alerts.ts'
import type { AlertmanagerConfig } from './config.ts'

/**
 * Alertmanager's v2 API. Every Alertmanager of the cluster gets every alert: they share silences and what was
 * notified, not alerts. One that answers is enough for delivery; one that was away hears what is open at the next
 * resend, and what it never heard the end of ends by itself.
 */
export class AlertmanagerSink implements Sink {
  readonly traits: SinkTraits
  readonly #config: AlertmanagerConfig
  readonly #deps: SinkDeps
  readonly #poster: HttpPoster
  readonly #urls: SecretSource
  readonly #password: SecretSource
  readonly #token: SecretSource
  readonly #alerts: AlertsOptions
  /** Which of the addresses failed last time, by place in the list. */
  #failing = ''

  constructor(config: AlertmanagerConfig, deps: SinkDeps) {
    this.#config = config
    this.#deps = deps
    this.#poster = new HttpPoster(config.timeout, config.tls)
    this.#urls = new SecretSource(
      config.urlsFile === undefined ? config.urls.join('\n') : undefined,
      config.urlsFile,
    )
    this.#password = new SecretSource(config.password, config.passwordFile)
    this.#token = new SecretSource(config.token, config.tokenFile)
    const { resend: resendMs, sightingFor: sightingMs, labels } = config
    const { name: sink, open, publicUrl } = deps
    this.#alerts = { sink, open, publicUrl, resendMs, sightingMs, labels }
    this.traits = { maxItems: 256, mixesGroups: true, reminds: false, resendMs, sightingMs }
  }

  async start(): Promise<void> {
    await Promise.all([this.#urls.read(), this.#password.read(), this.#token.read()])
  }

  send(n: Notification, signal: AbortSignal): Promise<Outcome> {
    return outcomeOf(async () => {
      const alerts = alertsOf(n.items, this.#alerts, this.#deps.clock.nowMs())
      if (alerts.length === 0) return DONE
      const body = JSON.stringify(alerts)
      const headers = await this.#headers()
      const urls = ((await this.#urls.read()) ?? '').split('\n').filter((line) => line.trim() !== '')
      const outcomes = await Promise.all(
        urls.map((url) =>
          outcomeOf(async () => {
            const address = `${url.trim().replace(/\/+$/, '')}/api/v2/alerts`
            return classifyAnswer(await this.#poster.post(address, headers, body, signal))
          }),
        ),
      )
      if (!signal.aborted) this.#sayFailing(outcomes)
      const best = outcomes.find((o) => o.kind === 'done') ?? outcomes.find((o) => o.kind === 'retry')
      return best ?? outcomes[0] ?? noAddress()
    })
  }

  async stop(): Promise<void> {
    this.#poster.close()
  }

  async #headers(): Promise<Record<string, string>> {
    const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'telltale' }
    const token = await this.#token.read()
    if (token !== null) headers['authorization'] = `Bearer ${token}`
    const { user } = this.#config
    if (user !== undefined) {
      const credentials = Buffer.from(`${user}:${(await this.#password.read()) ?? ''}`).toString('base64')
      headers['authorization'] = `Basic ${credentials}`
    }
    return headers
  }

  /** Said when it changes; the lane says it when all of them fail. */
  #sayFailing(outcomes: readonly Outcome[]): void {
    const failing = outcomes.flatMap((o, i) => (o.kind === 'done' ? [] : [i + 1])).join(', ')
    const some = failing !== '' && outcomes.some((o) => o.kind === 'done')
    if (some && failing !== this.#failing) {
      const { name, logger } = this.#deps
      logger.warn(
        { sink: name, failing, of: outcomes.length },
        'some Alertmanagers of the list do not answer',
      )
    }
    this.#failing = failing
  }
}

function noAddress(): Outcome {
  const cause = new TelltaleError('SINK_FAILED', 'there is no address of an Alertmanager')
  return { kind: 'retry', afterMs: 0, cause }
}
