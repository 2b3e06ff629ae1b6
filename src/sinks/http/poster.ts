import { readFile } from 'node:fs/promises'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { TelltaleError } from '../../core/errors.ts'
import type { TlsConfig } from './config.ts'

export interface HttpAnswer {
  readonly status: number
  /** ms the receiver asks to wait, or 0 */
  readonly retryAfterMs: number
  /** Start of the body, at most {@link MAX_ANSWER_BYTES}; may echo what was sent, so it is never logged. */
  readonly body: string
}

const MAX_ANSWER_BYTES = 64 * 1024

/** ms of a Retry-After header: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - nowMs)
}

/**
 * POSTs with one deadline for everything, over connections kept open. Redirects are answers like any other: they are
 * not followed, so a payload never goes to a host nobody configured. Errors name the cause, never the address.
 */
export class HttpPoster {
  readonly #timeoutMs: number
  readonly #tls: TlsConfig
  #http: HttpAgent | null = null
  #https: HttpsAgent | null = null
  #inFlight = 0

  constructor(timeoutMs: number, tls: TlsConfig) {
    this.#timeoutMs = timeoutMs
    this.#tls = tls
  }

  /** Rejects with SINK_FAILED when there is no answer. */
  async post(
    address: string,
    headers: Readonly<Record<string, string>>,
    body: string | Uint8Array,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    this.#inFlight++
    try {
      const url = parse(address)
      const agent = url.protocol === 'https:' ? await this.#httpsAgent() : this.#httpAgent()
      return await this.#exchange(url, agent, headers, body, signal)
    } catch (error) {
      // A new agent reads its certificates again: they may have been replaced. Not under somebody else's request.
      if (this.#inFlight === 1) this.close()
      if (error instanceof TelltaleError) throw error
      const failure = error as NodeJS.ErrnoException
      const reason = failure.name === 'TimeoutError' ? 'timeout' : (failure.code ?? failure.name)
      throw new TelltaleError('SINK_FAILED', `no answer from the receiver: ${reason}`)
    } finally {
      this.#inFlight--
    }
  }

  close(): void {
    this.#http?.destroy()
    this.#https?.destroy()
    this.#http = null
    this.#https = null
  }

  #httpAgent(): HttpAgent {
    this.#http ??= new HttpAgent({ keepAlive: true, maxSockets: 8 })
    return this.#http
  }

  async #httpsAgent(): Promise<HttpsAgent> {
    if (this.#https !== null) return this.#https
    const { caFile, certFile, keyFile, serverName, insecureSkipVerify } = this.#tls
    const [ca, cert, key] = await Promise.all(
      [caFile, certFile, keyFile].map((path) => (path === undefined ? undefined : readFile(path))),
    )
    this.#https ??= new HttpsAgent({
      keepAlive: true,
      maxSockets: 8,
      rejectUnauthorized: !insecureSkipVerify,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    })
    return this.#https
  }

  #exchange(
    url: URL,
    agent: HttpAgent | HttpsAgent,
    headers: Readonly<Record<string, string>>,
    body: string | Uint8Array,
    outer: AbortSignal,
  ): Promise<HttpAnswer> {
    const deadline = AbortSignal.timeout(this.#timeoutMs)
    const signal = AbortSignal.any([outer, deadline])
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(deadline.aborted ? deadline.reason : error)
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
      const req = request(
        url,
        { method: 'POST', agent, signal, headers: { 'content-length': length, ...headers } },
        (res) => {
          const chunks: Buffer[] = []
          let bytes = 0
          res.on('error', fail)
          res.on('data', (chunk: Buffer) => {
            if (bytes < MAX_ANSWER_BYTES) chunks.push(chunk)
            bytes += chunk.length
          })
          res.on('end', () => {
            const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
            const after = retryAfterMs(res.headers['retry-after'], Date.now())
            resolve({ status: res.statusCode ?? 0, retryAfterMs: after, body: text })
          })
        },
      )
      req.on('error', fail)
      req.end(body)
    })
  }
}

function parse(address: string): URL {
  let url: URL | null = null
  try {
    url = new URL(address)
  } catch {
    // said below, without the address
  }
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new TelltaleError('SINK_FAILED', 'the address of the receiver is no http or https URL')
}
