import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import pino from 'pino'
import { SIGNAL_LOGS, SIGNAL_METRICS, SIGNAL_SPANS } from '../../../../src/columns/record-batch.ts'
import { SYSTEM_CLOCK } from '../../../../src/core/clock.ts'
import { TelltaleError } from '../../../../src/core/errors.ts'
import { otlpConfig } from '../../../../src/ingest/otlp/config.ts'
import { OtlpHttpReceiver } from '../../../../src/ingest/otlp/http/receiver.ts'
import { Meter } from '../../../../src/telemetry/meter.ts'
import { CountingPool, FakeIntake } from '../../../support/fake-intake.ts'
import { httpPost, JSON_TYPE, PROTO } from '../../../support/http-post.ts'
import { httpRig, until } from '../../../support/otlp-receiver.ts'
import { decodeExportResponse, decodeRpcStatus } from '../../../support/rpc-status.ts'

const requests = (code: string, signal = 'logs'): string =>
  `telltale_otlp_requests_total{transport="http",signal="${signal}",code="${code}"}`
const FULL = new TelltaleError('QUEUE_FULL', 'full')

test('each path hands its signal to the intake with time, stream and a running offset', async (t) => {
  const { intake, pool, port, metric } = await httpRig(t)
  const before = Date.now()
  for (const path of ['/v1/logs', '/v1/traces', '/v1/metrics']) {
    const answer = await httpPost({ port, path, headers: PROTO, body: path })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'application/x-protobuf')
    assert.equal(answer.body.length, 0)
  }
  const got = intake.submissions
  assert.deepEqual(
    got.map((s) => [s.signal, s.payload.toString(), s.format, s.stream]),
    [
      [SIGNAL_LOGS, '/v1/logs', 'otlp_proto', 'otlp'],
      [SIGNAL_SPANS, '/v1/traces', 'otlp_proto', 'otlp'],
      [SIGNAL_METRICS, '/v1/metrics', 'otlp_proto', 'otlp'],
    ],
  )
  assert.deepEqual([got[1]!.offset - got[0]!.offset, got[2]!.offset - got[1]!.offset], [1, 1])
  assert.ok(got.every((s) => s.receivedMs >= before && s.receivedMs <= Date.now()))
  assert.equal(pool.out, 0)
  assert.equal(await metric(requests('OK', 'traces')), 1)
  assert.equal(await metric('telltale_otlp_payload_bytes_total{transport="http"}'), 8 + 10 + 11)
})

test('JSON is answered in JSON, with or without a charset', async (t) => {
  const { intake, port } = await httpRig(t)
  for (const type of ['application/json', 'Application/JSON; charset=utf-8']) {
    const answer = await httpPost({ port, headers: { 'content-type': type }, body: '{}' })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['content-type'], 'application/json')
    assert.equal(answer.body.toString(), '{}')
  }
  assert.deepEqual(
    intake.submissions.map((s) => s.format),
    ['otlp_json', 'otlp_json'],
  )
})

test('an empty request succeeds', async (t) => {
  const { intake, port } = await httpRig(t)
  const answer = await httpPost({ port, headers: { ...PROTO, 'content-length': 0 } })
  assert.equal(answer.status, 200)
  assert.equal(intake.submissions[0]!.payload.length, 0)
})

test('every encoding yields the same payload, in one call and streamed', async (t) => {
  const { intake, port, pool, metric } = await httpRig(t)
  const small = Buffer.from('telltale '.repeat(5000))
  const large = Buffer.alloc(9 * 1024 * 1024, 'streamed rather than inflated in one call. ')
  for (const body of [small, large]) {
    const wire: [string, Buffer][] = [
      ['identity', body],
      ['gzip', gzipSync(body)],
      ['GZIP', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['deflate', deflateRawSync(body)],
      ['zstd', zstdCompressSync(body)],
    ]
    for (const [encoding, bytes] of wire) {
      const answer = await httpPost({
        port,
        headers: { ...PROTO, 'content-encoding': encoding },
        body: bytes,
      })
      assert.equal(answer.status, 200, `${encoding} ${body.length}`)
      assert.ok(intake.submissions.pop()!.payload.equals(body), `${encoding} ${body.length}`)
    }
  }
  assert.equal(pool.out, 0)
  assert.equal(await metric('telltale_otlp_in_flight_bytes{transport="http"}'), 0)
})

test('a partial success tells how many records were left out', async (t) => {
  const { intake, port } = await httpRig(t)
  intake.rejected = 300
  const proto = await httpPost({ port, headers: PROTO, body: 'x' })
  assert.equal(proto.status, 200)
  const partial = decodeExportResponse(proto.body)
  assert.equal(partial?.rejected, 300)
  assert.match(partial.errorMessage, /log records/)
  for (const [path, field] of [
    ['/v1/logs', 'rejectedLogRecords'],
    ['/v1/traces', 'rejectedSpans'],
    ['/v1/metrics', 'rejectedDataPoints'],
  ] as const) {
    const { body } = await httpPost({ port, path, headers: JSON_TYPE, body: '{}' })
    const { partialSuccess } = JSON.parse(body.toString())
    assert.equal(partialSuccess[field], '300')
    assert.ok(partialSuccess.errorMessage.length > 0)
  }
})

test('bad data is answered 400 with a Status in the format of the request', async (t) => {
  const { intake, port, pool, metric } = await httpRig(t)
  intake.outcome = { kind: 'refused', cause: new TelltaleError('BAD_PROTOBUF', 'truncated') }
  const proto = await httpPost({ port, headers: PROTO, body: 'x' })
  assert.equal(proto.status, 400)
  assert.equal(proto.headers['content-type'], 'application/x-protobuf')
  assert.deepEqual(decodeRpcStatus(proto.body), { code: 3, message: 'truncated', retryMs: null })
  const json = await httpPost({ port, headers: JSON_TYPE, body: 'x' })
  assert.equal(json.status, 400)
  assert.deepEqual(JSON.parse(json.body.toString()), { code: 3, message: 'truncated' })
  assert.equal(pool.out, 0)
  assert.equal(await metric(requests('BAD_PROTOBUF')), 2)
})

test('a body that does not decompress is bad data and never reaches the intake', async (t) => {
  const { intake, port, pool } = await httpRig(t)
  const cut = gzipSync(Buffer.from('telltale '.repeat(5000))).subarray(0, 40)
  for (const [encoding, body] of [
    ['gzip', Buffer.from('not gzip at all, but long enough')],
    ['gzip', cut],
    ['deflate', Buffer.from('\xff\xff\xff')],
    ['zstd', Buffer.from('zzzzzzzzzzzz')],
    ['gzip', Buffer.alloc(0)],
  ] as const) {
    const answer = await httpPost({ port, headers: { ...PROTO, 'content-encoding': encoding }, body })
    assert.equal(answer.status, 400, encoding)
    assert.equal(decodeRpcStatus(answer.body).code, 3)
  }
  assert.equal(intake.submissions.length, 0)
  assert.equal(pool.out, 0)
})

test('a full queue is answered 503 with Retry-After, before and after the body', async (t) => {
  const { intake, port } = await httpRig(t)
  intake.admission = { kind: 'retry', afterMs: 2100, cause: FULL }
  const before = await httpPost({ port, headers: PROTO, body: 'x'.repeat(1_000_000) })
  assert.equal(before.status, 503)
  assert.equal(before.headers['retry-after'], '3')
  assert.deepEqual(decodeRpcStatus(before.body), { code: 14, message: 'full', retryMs: 2100 })
  assert.equal(intake.submissions.length, 0)
  intake.admission = null
  intake.outcome = { kind: 'retry', afterMs: 10, cause: new TelltaleError('SINK_FAILED', 'sink') }
  const after = await httpPost({ port, headers: JSON_TYPE, body: '{}' })
  assert.equal(after.status, 503) // the table says 500 for SINK_FAILED, which clients would not retry
  assert.equal(after.headers['retry-after'], '1')
})

test('the intake is asked with the length before the body is read', async (t) => {
  const { intake, port } = await httpRig(t)
  await httpPost({ port, headers: { ...PROTO, 'content-length': 12_345 }, body: 'x'.repeat(12_345) })
  await httpPost({ port, headers: { ...PROTO, 'transfer-encoding': 'chunked' }, body: 'x' })
  assert.deepEqual(intake.admitted, [12_345, 0])
})

test('a request over the wire limit is answered 413 by its length, and by its bytes when it gives none', async (t) => {
  const { intake, port, metric } = await httpRig(t, { maxWireBytes: '64KiB' })
  const body = Buffer.alloc(70_000)
  const told = await httpPost({ port, headers: { ...PROTO, 'content-length': body.length }, body })
  const chunked = await httpPost({ port, headers: { ...PROTO, 'transfer-encoding': 'chunked' }, body })
  for (const answer of [told, chunked]) {
    assert.equal(answer.status, 413)
    assert.equal(decodeRpcStatus(answer.body).code, 8)
  }
  assert.equal(intake.submissions.length, 0)
  assert.deepEqual(intake.admitted, [0]) // the first was refused before the intake was asked
  const fits = await httpPost({ port, headers: PROTO, body: Buffer.alloc(65_536) })
  assert.equal(fits.status, 200)
  assert.equal(await metric(requests('TOO_LARGE')), 2)
})

test('a body over the inflated limit is answered 413, small bombs and large ones', async (t) => {
  const { intake, port, pool } = await httpRig(t, { maxInflatedBytes: '10MiB' })
  const small = await httpRig(t, { maxInflatedBytes: '1MiB' })
  const bomb = Buffer.alloc(64 * 1024 * 1024)
  for (const [encoding, body] of [
    ['gzip', gzipSync(bomb)],
    ['deflate', deflateSync(bomb)],
    ['zstd', zstdCompressSync(bomb)],
  ] as const) {
    for (const at of [port, small.port]) {
      const answer = await httpPost({ port: at, headers: { ...PROTO, 'content-encoding': encoding }, body })
      assert.equal(answer.status, 413, encoding)
    }
  }
  assert.equal(intake.submissions.length + small.intake.submissions.length, 0)
  assert.equal(pool.out, 0)
  const exact = gzipSync(Buffer.alloc(10 * 1024 * 1024))
  const fits = await httpPost({ port, headers: { ...PROTO, 'content-encoding': 'gzip' }, body: exact })
  assert.equal(fits.status, 200)
})

test('other content types and encodings are answered 415', async (t) => {
  const { intake, port } = await httpRig(t)
  for (const headers of [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/jsonx' },
    {},
    { ...PROTO, 'content-encoding': 'br' },
    { ...PROTO, 'content-encoding': 'gzip, gzip' },
  ]) {
    const answer = await httpPost({ port, headers: { ...headers, 'content-length': 1 }, body: 'x' })
    assert.equal(answer.status, 415, JSON.stringify(headers))
  }
  assert.equal(intake.submissions.length, 0)
})

test('other paths are 404, other methods 405 with Allow', async (t) => {
  const { port } = await httpRig(t)
  for (const path of ['/', '/v1/logs/', '/v1/profiles', '/v1/LOGS', '/%zz']) {
    const answer = await httpPost({ port, path, headers: PROTO, body: 'x' })
    assert.ok([400, 404].includes(answer.status), `${path} ${answer.status}`)
    assert.equal(typeof JSON.parse(answer.body.toString()).message, 'string')
  }
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await httpPost({ port, method, headers: PROTO })
    assert.equal(answer.status, 405, method)
    assert.equal(answer.headers['allow'], 'POST')
  }
})

test('a client that goes away mid-body leaves nothing behind and is counted', async (t) => {
  const { intake, pool, port, metric } = await httpRig(t)
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 99\r\n\r\nab',
  )
  await until(async () => (await metric('telltale_otlp_in_flight_bytes{transport="http"}')) > 0)
  socket.destroy()
  await until(async () => (await metric(requests('CLIENT_GONE'))) === 1)
  assert.equal(await metric('telltale_otlp_in_flight_requests{transport="http"}'), 0)
  assert.equal(await metric('telltale_otlp_in_flight_bytes{transport="http"}'), 0)
  assert.equal(pool.out, 0)
  assert.equal(intake.submissions.length, 0)
})

test('a client that goes away before the answer still gives the batch back when it settles', async (t) => {
  const { intake, pool, port, metric } = await httpRig(t)
  intake.hold = true
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 2\r\n\r\nab',
  )
  await intake.arrived(1)
  assert.equal(pool.out, 1)
  socket.destroy()
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(pool.out, 1)
  intake.release()
  assert.equal(pool.out, 0)
  assert.equal(await metric('telltale_otlp_in_flight_requests{transport="http"}'), 0)
})

test('what all requests hold is bounded, and a slow body pins no batch', async (t) => {
  const { pool, port, metric } = await httpRig(t, { maxInFlightBytes: '64KiB' })
  const slow = connect(port, '127.0.0.1')
  t.after(() => slow.destroy())
  const head =
    'POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 60000\r\n\r\n'
  slow.write(head + 'x'.repeat(50_000))
  await until(async () => (await metric('telltale_otlp_in_flight_bytes{transport="http"}')) > 50_000)
  assert.equal(pool.out, 0)
  const answer = await httpPost({ port, headers: PROTO, body: Buffer.alloc(20_000) })
  assert.equal(answer.status, 503)
  assert.equal(answer.headers['retry-after'], '1')
  slow.destroy()
  await until(async () => (await metric('telltale_otlp_in_flight_bytes{transport="http"}')) === 0)
  assert.equal((await httpPost({ port, headers: PROTO, body: Buffer.alloc(20_000) })).status, 200)
})

test('a body that never comes is dropped after requestTimeout', async (t) => {
  const { port, metric } = await httpRig(t, { http: { requestTimeout: '200ms', headersTimeout: '100ms' } })
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 9\r\n\r\nab',
  )
  const text = await new Promise<string>((resolve) => {
    let all = ''
    socket.on('data', (chunk) => {
      all += chunk
    })
    socket.on('close', () => resolve(all))
  })
  assert.match(text, /^HTTP\/1\.1 408 /)
  await until(async () => (await metric(requests('CLIENT_GONE'))) === 1)
})

test('a connection that says nothing is closed after headersTimeout', async (t) => {
  const { port } = await httpRig(t, { http: { headersTimeout: '100ms' } })
  const silent = connect(port, '127.0.0.1')
  silent.resume()
  await new Promise((resolve) => silent.on('close', resolve))
  assert.equal((await httpPost({ port, headers: PROTO, body: 'x' })).status, 200)
})

test('the connection outlives refusals', async (t) => {
  const { intake, port } = await httpRig(t, { maxWireBytes: '64KiB' })
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const head = (length: number): string =>
    `POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${length}\r\n\r\n`
  socket.write(`${head(100_000)}${'x'.repeat(100_000)}${head(2)}ab`)
  await until(() => text.includes('HTTP/1.1 200'))
  assert.match(text, /^HTTP\/1\.1 413 /)
  assert.equal(intake.submissions[0]!.payload.toString(), 'ab')
})

test('stopping answers what is under way, refuses what comes, and is safe before start and twice', async (t) => {
  const { receiver, intake, port } = await httpRig(t)
  intake.hold = true
  const pending = httpPost({ port, headers: PROTO, body: 'x' })
  await intake.arrived(1)
  const stopped = receiver.stop(Date.now() + 5000)
  const late = (): Promise<string> =>
    httpPost({ port, headers: PROTO, body: 'y' }).then(
      ({ status }) => String(status),
      ({ code }) => code,
    )
  await until(async () => {
    const how = await late()
    assert.ok(['503', 'ECONNRESET', 'ECONNREFUSED'].includes(how), how)
    return how === 'ECONNREFUSED'
  })
  assert.equal(intake.submissions.length, 1)
  intake.release()
  assert.equal((await pending).status, 200)
  await stopped
  await receiver.stop(Date.now())
  const deps = {
    intake,
    pool: new CountingPool(),
    clock: SYSTEM_CLOCK,
    logger: pino({ level: 'silent' }),
    meter: new Meter(),
  }
  const never = new OtlpHttpReceiver(otlpConfig.parse({ http: { listen: '127.0.0.1:0' } }), deps)
  await never.stop(Date.now())
  await never.start(AbortSignal.timeout(5000))
  assert.equal(never.address(), null)
})

test('stopping cuts what is not answered by the deadline', async (t) => {
  const { receiver, intake, pool, port } = await httpRig(t)
  intake.hold = true
  const pending = httpPost({ port, headers: PROTO, body: 'x' })
  const cut = assert.rejects(pending)
  await intake.arrived(1)
  await receiver.stop(Date.now() + 50)
  await cut
  intake.release()
  assert.equal(pool.out, 0)
})

test('stopping while it starts leaves nothing listening', async () => {
  const deps = {
    intake: new FakeIntake(),
    pool: new CountingPool(),
    clock: SYSTEM_CLOCK,
    logger: pino({ level: 'silent' }),
    meter: new Meter(),
  }
  const receiver = new OtlpHttpReceiver(otlpConfig.parse({ http: { listen: '127.0.0.1:0' } }), deps)
  const started = receiver.start(AbortSignal.timeout(5000))
  await receiver.stop(Date.now() + 1000)
  await started.catch(() => {})
  assert.equal(receiver.address(), null)
})

test('an address in use names the setting', async (t) => {
  const { port } = await httpRig(t)
  await assert.rejects(httpRig(t, { http: { listen: `127.0.0.1:${port}` } }), {
    code: 'LISTEN_FAILED',
    message: `ingest.otlp.http.listen: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
  })
})

test('an intake that throws is answered 500 and does not end the receiver', async (t) => {
  const { intake, port } = await httpRig(t)
  const submit = t.mock.method(intake, 'submit', () => {
    throw new Error('defect')
  })
  assert.equal((await httpPost({ port, headers: PROTO, body: 'x' })).status, 500)
  submit.mock.restore()
  assert.equal((await httpPost({ port, headers: PROTO, body: 'x' })).status, 200)
})

test('an intake that settles twice gives the batch back once', async (t) => {
  const { intake, pool, port } = await httpRig(t)
  t.mock.method(intake, 'submit', (...[, , settle]: Parameters<FakeIntake['submit']>) => {
    settle({ kind: 'done' })
    settle({ kind: 'done' })
  })
  assert.equal((await httpPost({ port, headers: PROTO, body: 'x' })).status, 200)
  assert.equal(pool.out, 0)
})
