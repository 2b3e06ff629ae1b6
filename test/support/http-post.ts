import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { request as tlsRequest } from 'node:https'

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

interface Post extends Omit<RequestOptions, 'headers'> {
  readonly port: number
  readonly headers?: Record<string, string | number>
  readonly body?: Uint8Array | string
  /** Set, the request goes over TLS. */
  readonly tls?: { ca: string; cert?: string; key?: string }
}

export const PROTO = { 'content-type': 'application/x-protobuf' }
export const JSON_TYPE = { 'content-type': 'application/json' }

/** One request to a receiver on loopback; POST /v1/logs unless told otherwise. */
export function httpPost({ body = '', tls, ...options }: Post): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const all = { host: '127.0.0.1', method: 'POST', path: '/v1/logs', agent: false, ...options, ...tls }
    const req = (tls === undefined ? request : tlsRequest)(all, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('error', reject)
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) }),
      )
    })
    req.on('error', reject)
    req.end(body)
  })
}
