import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { FileOutput } from '../../src/simulate/file-output.ts'
import { GrpcOutput } from '../../src/simulate/grpc-output.ts'
import { HttpOutput, parseRetryAfter } from '../../src/simulate/http-output.ts'

const REQUEST = Buffer.from('{"resourceLogs":[]}')
const listen = async (server: Server | ReturnType<typeof createHttp2>): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('OTLP/HTTP sends path, type, encoding and headers, and reads every kind of answer', async () => {
  const answers: [number, Record<string, string>, string][] = [
    [200, {}, '{"partialSuccess":{"rejectedLogRecords":"2"}}'],
    [503, { 'retry-after': '3' }, ''],
    [429, {}, ''],
    [400, {}, '{}'],
  ]
  const seen: { url: string; type: string; token: string; body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (c: Buffer) => chunks.push(c))
    request.on('end', () => {
      const { headers } = request
      const body = gunzipSync(Buffer.concat(chunks)).toString()
      seen.push({
        url: request.url ?? '',
        type: headers['content-type'] ?? '',
        token: String(headers['x-token']),
        body,
      })
      const [status, head, text] = answers.shift()!
      response.writeHead(status, head).end(text)
    })
  })
  const endpoint = await listen(server)
  const options = {
    endpoint,
    format: 'json',
    gzip: true,
    headers: { 'x-token': 't' },
    timeoutMs: 2000,
  } as const
  const output = new HttpOutput(options)
  assert.deepEqual(await output.send('logs', REQUEST), { kind: 'accepted', rejected: 2 })
  assert.deepEqual(await output.send('spans', REQUEST), { kind: 'retry', afterMs: 3000, reason: 'HTTP 503' })
  assert.deepEqual(await output.send('metrics', REQUEST), {
    kind: 'retry',
    afterMs: null,
    reason: 'HTTP 429',
  })
  assert.deepEqual(await output.send('logs', REQUEST), { kind: 'refused', reason: 'HTTP 400' })
  assert.deepEqual(
    seen.map((s) => s.url),
    ['/v1/logs', '/v1/traces', '/v1/metrics', '/v1/logs'],
  )
  assert.deepEqual(seen[0], {
    url: '/v1/logs',
    type: 'application/json',
    token: 't',
    body: REQUEST.toString(),
  })
  await output.close()
  server.close()
  const nobody = new HttpOutput({ ...options, gzip: false })
  assert.equal((await nobody.send('logs', REQUEST)).kind, 'retry')
  await nobody.close()
})

test('Retry-After is seconds or a date', () => {
  assert.equal(parseRetryAfter('7', 0), 7000)
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 4000), 5000)
  assert.equal(parseRetryAfter('Thu, 01 Jan 1970 00:00:01 GMT', 4000), 0)
  assert.equal(parseRetryAfter('soon', 0), null)
  assert.equal(parseRetryAfter(undefined, 0), null)
})

/** google.rpc.Status { code 14, details [RetryInfo { retry_delay 1.5 s }] } */
function retryStatus(): string {
  const field = (tag: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([tag, bytes.length]), bytes])
  const duration = Buffer.from([0x08, 1, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]) // 1 s, 500,000,000 ns
  const any = Buffer.concat([
    field(0x0a, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    field(0x12, field(0x0a, duration)),
  ])
  return Buffer.concat([Buffer.from([0x08, 14]), field(0x1a, any)]).toString('base64')
}

test('OTLP/gRPC frames the message and reads status, RetryInfo and a dead receiver', async () => {
  const trailers: Record<string, string>[] = [
    { 'grpc-status': '0' },
    { 'grpc-status': '14', 'grpc-status-details-bin': retryStatus() },
    { 'grpc-status': '8' },
    { 'grpc-status': '3' },
  ]
  const seen: { path: string; body: string }[] = []
  const server = createHttp2()
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('data', (c: Buffer) => chunks.push(c))
    stream.on('end', () => {
      const frame = Buffer.concat(chunks)
      assert.equal(frame.readUInt32BE(1), frame.length - 5)
      seen.push({ path: String(headers[':path']), body: gunzipSync(frame.subarray(5)).toString() })
      const end = trailers.shift()!
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers(end))
      stream.end(Buffer.alloc(5))
    })
  })
  const endpoint = await listen(server)
  const output = new GrpcOutput({ endpoint, gzip: true, headers: {}, timeoutMs: 2000 })
  assert.deepEqual(await output.send('logs', REQUEST), { kind: 'accepted', rejected: 0 })
  assert.deepEqual(await output.send('spans', REQUEST), {
    kind: 'retry',
    afterMs: 1500,
    reason: 'gRPC status 14',
  })
  assert.deepEqual(await output.send('metrics', REQUEST), { kind: 'refused', reason: 'gRPC status 8' })
  assert.deepEqual(await output.send('logs', REQUEST), { kind: 'refused', reason: 'gRPC status 3' })
  assert.deepEqual(seen[1], {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    body: REQUEST.toString(),
  })
  await output.close()
  await new Promise((done) => server.close(done))
  assert.equal((await output.send('logs', REQUEST)).kind, 'retry')
  await output.close()
})

test('a file holds one request a line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-simulate-'))
  const path = join(folder, 'out.jsonl')
  const output = new FileOutput(path)
  await output.send('logs', REQUEST)
  await output.send('spans', REQUEST)
  await output.close()
  assert.equal(readFileSync(path, 'utf8'), `${REQUEST}\n${REQUEST}\n`)
  rmSync(folder, { recursive: true })
})
