import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { TelltaleError } from '../../core/errors.ts'
import type { Outcome } from '../../core/outcome.ts'
import type { Notification, Sink, SinkTraits } from '../delivery/sink.ts'
import { classifyAnswer, outcomeOf } from '../http/classify.ts'
import { HttpPoster } from '../http/poster.ts'
import { SecretSource } from '../http/secret-source.ts'
import type { SinkDeps } from '../sink-deps.ts'
import type { OtlpSinkConfig } from './config.ts'
import { exportLogsRequest, rejectedRecords } from './log-records.ts'

const compress = promisify(gzip)

/** Any OTLP/HTTP receiver, in JSON; findings become log records with the trace they were seen in. */
export class OtlpSink implements Sink {
  readonly traits: SinkTraits = {
    maxItems: 256,
    mixesGroups: true,
    reminds: false,
    resendMs: null,
    sightingMs: 0,
  }
  readonly #config: OtlpSinkConfig
  readonly #deps: SinkDeps
  readonly #poster: HttpPoster
  readonly #url: SecretSource
  readonly #token: SecretSource

  constructor(config: OtlpSinkConfig, deps: SinkDeps) {
    this.#config = config
    this.#deps = deps
    this.#poster = new HttpPoster(config.timeout, config.tls)
    this.#url = new SecretSource(config.url, config.urlFile)
    this.#token = new SecretSource(undefined, config.tokenFile)
  }

  async start(): Promise<void> {
    await Promise.all([this.#url.read(), this.#token.read()])
  }

  send(n: Notification, signal: AbortSignal): Promise<Outcome> {
    return outcomeOf(async () => {
      const [url, token] = await Promise.all([this.#url.read(), this.#token.read()])
      if (url === null) throw new TelltaleError('SINK_FAILED', 'the OTLP receiver has no address')
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'user-agent': 'telltale',
        ...this.#config.headers,
      }
      if (token !== null) headers['authorization'] = `Bearer ${token}`
      let body: string | Uint8Array = exportLogsRequest(n.items, this.#deps.publicUrl)
      if (this.#config.gzip) {
        body = await compress(body)
        headers['content-encoding'] = 'gzip'
      }
      const answer = await this.#poster.post(`${url.replace(/\/+$/, '')}/v1/logs`, headers, body, signal)
      const outcome = classifyAnswer(answer)
      const rejected = outcome.kind === 'done' ? rejectedRecords(answer.body) : 0
      if (rejected < n.items.length || rejected === 0) {
        if (rejected > 0) this.#sayRejected(rejected)
        return outcome
      }
      const cause = new TelltaleError('SINK_REFUSED', 'the receiver rejected every log record')
      return { kind: 'refused', cause }
    })
  }

  async stop(): Promise<void> {
    this.#poster.close()
  }

  /** The protocol forbids to send a partial success again, and does not say which records were rejected. */
  #sayRejected(records: number): void {
    this.#deps.logger.warn({ sink: this.#deps.name, records }, 'an OTLP receiver rejected some findings')
  }
}
