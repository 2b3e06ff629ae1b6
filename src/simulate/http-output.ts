import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import type { WireFormat } from './encode.ts'
import type { SimSignal } from './event.ts'
import type { Output, Sent } from './output.ts'

const compress = promisify(gzip)

export const OTLP_PATHS: Readonly<Record<SimSignal, string>> = {
  logs: '/v1/logs',
  spans: '/v1/traces',
  metrics: '/v1/metrics',
}

/** Retryable per the OTLP specification, "OTLP/HTTP Response": 429, 502, 503, 504. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

export interface HttpOutputOptions {
  /** Base address, e.g. `http://127.0.0.1:4318`. */
  readonly endpoint: string
  readonly format: WireFormat
  readonly gzip: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** OTLP/HTTP over kept-alive connections. */
export class HttpOutput implements Output {
  readonly format: WireFormat
  readonly target: string
  readonly #options: HttpOutputOptions
  readonly #agent: HttpAgent | HttpsAgent
  readonly #secure: boolean

  constructor(options: HttpOutputOptions) {
    this.#options = options
    this.format = options.format
    this.target = `OTLP/HTTP ${options.format}${options.gzip ? '+gzip' : ''} to ${options.endpoint}`
    this.#secure = options.endpoint.startsWith('https:')
    this.#agent = this.#secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  }

  async send(signal: SimSignal, payload: Uint8Array): Promise<Sent> {
    const body = this.#options.gzip ? await compress(payload) : payload
    try {
      const answer = await this.#post(OTLP_PATHS[signal], body)
      if (answer.status === 200) {
        return { kind: 'accepted', rejected: rejectedCount(signal, this.format, answer.body) }
      }
      const reason = `HTTP ${answer.status}`
      if (!RETRYABLE.has(answer.status)) return { kind: 'refused', reason }
      return { kind: 'retry', afterMs: parseRetryAfter(answer.headers['retry-after'], Date.now()), reason }
    } catch (error) {
      return { kind: 'retry', afterMs: null, reason: (error as NodeJS.ErrnoException).code ?? 'no answer' }
    }
  }

  async close(): Promise<void> {
    this.#agent.destroy()
  }

  #post(path: string, body: Uint8Array): Promise<Answer> {
    const { endpoint, headers, timeoutMs, gzip } = this.#options
    const url = new URL(endpoint.replace(/\/$/, '') + path)
    const send = this.#secure ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const request = send(url, {
        method: 'POST',
        agent: this.#agent,
        timeout: timeoutMs,
        headers: {
          'content-type': this.format === 'json' ? 'application/json' : 'application/x-protobuf',
          'content-length': body.length,
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
          ...headers,
        },
      })
      request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })))
      request.on('error', reject)
      request.on('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      })
      request.end(body)
    })
  }
}

/** ms of a Retry-After header (RFC 9110, section 10.2.3: seconds or a date), or null. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000
  const dateMs = Date.parse(value)
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs)
}

/** Count of a partial success; 0 when there is none or the answer does not parse. */
export function rejectedCount(signal: SimSignal, format: WireFormat, body: Uint8Array): number {
  const json = format === 'json'
  if (body.length === 0) return 0
  try {
    switch (signal) {
      case 'logs': {
        const serializer = json ? JsonLogsSerializer : ProtobufLogsSerializer
        return Number(serializer.deserializeResponse(body).partialSuccess?.rejectedLogRecords ?? 0)
      }
      case 'spans': {
        const serializer = json ? JsonTraceSerializer : ProtobufTraceSerializer
        return Number(serializer.deserializeResponse(body).partialSuccess?.rejectedSpans ?? 0)
      }
      case 'metrics': {
        const serializer = json ? JsonMetricsSerializer : ProtobufMetricsSerializer
        return Number(serializer.deserializeResponse(body).partialSuccess?.rejectedDataPoints ?? 0)
      }
    }
  } catch {
    return 0
  }
}
