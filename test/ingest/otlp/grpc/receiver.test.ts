import assert from 'node:assert/strict'
import { connect as tcpConnect } from 'node:net'
import { test } from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import pino from 'pino'
import { SIGNAL_LOGS, SIGNAL_METRICS, SIGNAL_SPANS } from '../../../../src/columns/record-batch.ts'
import { SYSTEM_CLOCK } from '../../../../src/core/clock.ts'
import { TelltaleError } from '../../../../src/core/errors.ts'
import { otlpConfig } from '../../../../src/ingest/otlp/config.ts'
import { frameMessage } from '../../../../src/ingest/otlp/grpc/framing.ts'
import { OtlpGrpcReceiver } from '../../../../src/ingest/otlp/grpc/receiver.ts'
import { Meter } from '../../../../src/telemetry/meter.ts'
import { CountingPool, FakeIntake } from '../../../support/fake-intake.ts'
import {
  grpcCall,
  grpcConnect,
  LOGS_EXPORT,
  METRICS_EXPORT,
  TRACE_EXPORT,
} from '../../../support/grpc-call.ts'
import { grpcRig, until } from '../../../support/otlp-receiver.ts'
import { decodeExportResponse, decodeRpcStatus } from '../../../support/rpc-status.ts'

const requests = (code: string, signal = 'logs'): string =>
  `telltale_otlp_requests_total{transport="grpc",signal="${signal}",code="${code}"}`
const IN_FLIGHT_REQUESTS = 'telltale_otlp_in_flight_requests{transport="grpc"}'
const IN_FLIGHT_BYTES = 'telltale_otlp_in_flight_bytes{transport="grpc"}'
const FULL = new TelltaleError('QUEUE_FULL', 'full')

/** A framed message with the compressed flag set. */
const compressed = (bytes: Uint8Array): Buffer => {
  const framed = frameMessage(bytes)
  framed[0] = 1
  return framed
}

test('each service hands its signal to the intake and is answered OK with an empty response', async (t) => {
  const { intake, pool, port, metric } = await grpcRig(t)
  const session = grpcConnect(t, port)
  for (const path of [LOGS_EXPORT, TRACE_EXPORT, METRICS_EXPORT]) {
    const answer = await grpcCall(session, { path, message: path })
    assert.equal(answer.httpStatus, 200)
    assert.equal(answer.status, 0)
    assert.match(String(answer.headers['content-type']), /^application\/grpc/)
    assert.deepEqual(answer.body, Buffer.alloc(5))
  }
  assert.deepEqual(
    intake.submissions.map((s) => [s.signal, s.payload.toString(), s.format, s.stream]),
    [
      [SIGNAL_LOGS, LOGS_EXPORT, 'otlp_proto', 'otlp'],
      [SIGNAL_SPANS, TRACE_EXPORT, 'otlp_proto', 'otlp'],
      [SIGNAL_METRICS, METRICS_EXPORT, 'otlp_proto', 'otlp'],
    ],
  )
  assert.equal(pool.out, 0)
  assert.equal(await metric(requests('OK', 'metrics')), 1)
  assert.equal(await metric(IN_FLIGHT_REQUESTS), 0)
})

test('an empty request succeeds', async (t) => {
  const { intake, port } = await grpcRig(t)
  assert.equal((await grpcCall(grpcConnect(t, port))).status, 0)
  assert.equal(intake.submissions[0]!.payload.length, 0)
})

test('a message comes through one byte at a time and many at once', async (t) => {
  const { intake, port } = await grpcRig(t)
  const session = grpcConnect(t, port)
  const bytes = frameMessage(Buffer.from('byte by byte'))
  const frames = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
  assert.equal((await grpcCall(session, { frames })).status, 0)
  assert.equal(intake.submissions.pop()!.payload.toString(), 'byte by byte')
  const large = Buffer.alloc(3_000_000, 'more than a window ')
  const answers = await Promise.all(Array.from({ length: 8 }, () => grpcCall(session, { message: large })))
  assert.ok(answers.every((a) => a.status === 0))
  assert.ok(intake.submissions.every((s) => s.payload.equals(large)))
})

test('compressed messages are inflated; the flag, not the header, says which', async (t) => {
  const { intake, port, pool } = await grpcRig(t)
  const session = grpcConnect(t, port)
  const body = Buffer.from('telltale '.repeat(5000))
  for (const [encoding, bytes] of [
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['zstd', zstdCompressSync(body)],
  ] as const) {
    const headers = { 'grpc-encoding': encoding }
    assert.equal((await grpcCall(session, { headers, frames: [compressed(bytes)] })).status, 0)
    assert.ok(intake.submissions.pop()!.payload.equals(body), encoding)
  }
  const plain = await grpcCall(session, { headers: { 'grpc-encoding': 'gzip' }, message: 'plain' })
  assert.equal(plain.status, 0)
  assert.equal(intake.submissions.pop()!.payload.toString(), 'plain')
  assert.equal(pool.out, 0)
})

test('an encoding we do not speak is UNIMPLEMENTED and names those we do', async (t) => {
  const { port } = await grpcRig(t)
  const headers = { 'grpc-encoding': 'snappy' }
  const answer = await grpcCall(grpcConnect(t, port), { headers, frames: [compressed(Buffer.from('x'))] })
  assert.equal(answer.status, 12)
  assert.match(String(answer.trailers['grpc-accept-encoding']), /\bgzip\b/)
})

test('a partial success tells how many records were left out', async (t) => {
  const { intake, port } = await grpcRig(t)
  intake.rejected = 70_000
  const answer = await grpcCall(grpcConnect(t, port), { path: TRACE_EXPORT, message: 'x' })
  assert.equal(answer.status, 0)
  const partial = decodeExportResponse(answer.body.subarray(5))
  assert.equal(partial?.rejected, 70_000)
  assert.match(partial.errorMessage, /spans/)
})

test('a full queue is UNAVAILABLE with RetryInfo, before and after the body', async (t) => {
  const { intake, port } = await grpcRig(t)
  const session = grpcConnect(t, port)
  const full = { kind: 'retry', afterMs: 2100, cause: FULL } as const
  intake.admission = full
  const before = await grpcCall(session, { message: Buffer.alloc(2_000_000) })
  intake.admission = null
  intake.outcome = full
  const after = await grpcCall(session, { message: 'x' })
  for (const answer of [before, after]) {
    assert.equal(answer.status, 14)
    assert.equal(answer.trailers['grpc-message'], 'full')
    const details = Buffer.from(String(answer.trailers['grpc-status-details-bin']), 'base64')
    assert.deepEqual(decodeRpcStatus(details), { code: 14, message: 'full', retryMs: 2100 })
  }
  assert.deepEqual(intake.admitted, [2_000_000, 1])
  assert.equal(intake.submissions.length, 1)
})

test('bad data is INVALID_ARGUMENT', async (t) => {
  const { intake, port, pool } = await grpcRig(t)
  const session = grpcConnect(t, port)
  intake.outcome = { kind: 'refused', cause: new TelltaleError('BAD_PROTOBUF', 'truncated') }
  const refused = await grpcCall(session, { message: 'x' })
  assert.equal(refused.status, 3)
  assert.equal(refused.trailers['grpc-status-details-bin'], undefined)
  const headers = { 'grpc-encoding': 'gzip' }
  const notGzip = await grpcCall(session, { headers, frames: [compressed(Buffer.from('not gzip, surely'))] })
  assert.equal(notGzip.status, 3)
  assert.equal(intake.submissions.length, 1)
  assert.equal(pool.out, 0)
})

test('a request past a limit is RESOURCE_EXHAUSTED, told by its prefix or once inflated', async (t) => {
  const { intake, port, pool, metric } = await grpcRig(t, {
    maxWireBytes: '64KiB',
    maxInflatedBytes: '128KiB',
  })
  const session = grpcConnect(t, port)
  const huge = Buffer.alloc(5)
  huge.writeUInt32BE(0xffffffff, 1)
  const bomb = compressed(gzipSync(Buffer.alloc(1_000_000)))
  const told = await grpcCall(session, { frames: [huge] })
  const long = await grpcCall(session, { message: Buffer.alloc(70_000) })
  const inflated = await grpcCall(session, { headers: { 'grpc-encoding': 'gzip' }, frames: [bomb] })
  assert.deepEqual([told.status, long.status, inflated.status], [8, 8, 8])
  assert.equal(told.trailers['grpc-status-details-bin'], undefined) // no RetryInfo: sending it again is no use
  assert.equal((await grpcCall(session, { message: Buffer.alloc(65_536) })).status, 0)
  assert.equal(intake.submissions.length, 1)
  assert.equal(pool.out, 0)
  assert.equal(await metric(requests('TOO_LARGE')), 3)
  assert.equal(await metric(IN_FLIGHT_BYTES), 0)
})

test('unknown methods are UNIMPLEMENTED, what is no gRPC is answered by HTTP status', async (t) => {
  const { port } = await grpcRig(t)
  const session = grpcConnect(t, port)
  assert.equal((await grpcCall(session, { path: '/x.Y/Z', message: 'x' })).status, 12)
  assert.equal((await grpcCall(session, { path: '/v1/logs' })).status, 12)
  const json = await grpcCall(session, { headers: { 'content-type': 'application/json' } })
  assert.equal(json.httpStatus, 415)
  const get = await grpcCall(session, { headers: { ':method': 'GET' }, frames: [] })
  assert.equal(get.httpStatus, 405)
  assert.equal((await grpcCall(session, { headers: { 'content-type': 'application/grpc+proto' } })).status, 0)
})

test('requests that are not one message are refused and leave the connection usable', async (t) => {
  const { intake, port } = await grpcRig(t)
  const session = grpcConnect(t, port)
  const one = frameMessage(Buffer.from('one'))
  const cases: Uint8Array[][] = [
    [],
    [one.subarray(0, 3)],
    [one.subarray(0, 7)],
    [one, one],
    [Buffer.from([2, 0, 0, 0, 0])],
    [compressed(Buffer.from('flag without encoding'))],
  ]
  for (const frames of cases) assert.equal((await grpcCall(session, { frames })).status, 13)
  assert.equal(intake.submissions.length, 0)
  assert.equal((await grpcCall(session, { message: 'x' })).status, 0)
})

test('any bytes are answered, and the intake sees only whole messages', async (t) => {
  const { intake, port, pool, metric } = await grpcRig(t)
  const session = grpcConnect(t, port)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 12 }), { maxLength: 5 }),
      fc.constantFrom('identity', 'gzip', 'deflate', 'zstd'),
      async (frames, encoding) => {
        intake.submissions.length = 0
        const { status } = await grpcCall(session, { frames, headers: { 'grpc-encoding': encoding } })
        assert.ok([0, 3, 8, 13].includes(status), String(status))
        assert.equal(intake.submissions.length, status === 0 ? 1 : 0)
      },
    ),
    { numRuns: 200 },
  )
  assert.equal(pool.out, 0)
  assert.equal(await metric(IN_FLIGHT_REQUESTS), 0)
})

test('a deadline is honoured while the body is read and while the intake works', async (t) => {
  const { intake, port, pool, metric } = await grpcRig(t)
  const session = grpcConnect(t, port)
  const headers = { 'grpc-timeout': '50m' }
  assert.equal(
    (await grpcCall(session, { headers, frames: [Buffer.from([0, 0, 0, 0, 9, 1])], open: true })).status,
    4,
  )
  intake.hold = true
  assert.equal((await grpcCall(session, { headers, message: 'x' })).status, 4)
  assert.equal(pool.out, 1)
  intake.release()
  assert.equal(pool.out, 0)
  assert.equal((await grpcCall(session, { headers: { 'grpc-timeout': '0S' }, message: 'x' })).status, 4)
  assert.equal(await metric(requests('DEADLINE_EXCEEDED')), 3)
  assert.equal(await metric(IN_FLIGHT_REQUESTS), 0)
})

test('a body that never comes is dropped after requestTimeout', async (t) => {
  const { port } = await grpcRig(t, { grpc: { requestTimeout: '100ms' } })
  const answer = await grpcCall(grpcConnect(t, port), { frames: [Buffer.from([0, 0])], open: true })
  assert.equal(answer.status, 4)
})

test('a client that goes away mid-message leaves nothing behind and is counted', async (t) => {
  const { intake, pool, port, metric } = await grpcRig(t)
  const gone = grpcConnect(t, port)
  const half = gone.request({ ':method': 'POST', ':path': LOGS_EXPORT, 'content-type': 'application/grpc' })
  half.on('error', () => {})
  half.write(Buffer.from([0, 0, 0, 0, 9, 1, 2]))
  await until(async () => (await metric(IN_FLIGHT_BYTES)) > 0)
  gone.destroy()
  await until(async () => (await metric(requests('CLIENT_GONE'))) === 1)
  assert.equal(await metric(IN_FLIGHT_BYTES), 0)
  assert.equal(await metric(IN_FLIGHT_REQUESTS), 0)
  assert.equal(pool.out, 0)
  assert.equal(intake.submissions.length, 0)
})

test('a client that goes away before the answer still gives the batch back when it settles', async (t) => {
  const { intake, pool, port, metric } = await grpcRig(t)
  const session = grpcConnect(t, port)
  intake.hold = true
  const late = grpcCall(session, { message: 'x' }).catch(() => null)
  await intake.arrived(1)
  session.destroy()
  await late
  await until(async () => (await metric(requests('CLIENT_GONE'))) === 1)
  assert.equal(pool.out, 1)
  intake.release()
  assert.equal(pool.out, 0)
  assert.equal(await metric(IN_FLIGHT_REQUESTS), 0)
})

test('what all calls hold is bounded', async (t) => {
  const { pool, port, metric } = await grpcRig(t, { maxInFlightBytes: '64KiB' })
  const session = grpcConnect(t, port)
  const slow = session.request({
    ':method': 'POST',
    ':path': LOGS_EXPORT,
    'content-type': 'application/grpc',
  })
  slow.on('error', () => {})
  slow.write(frameMessage(Buffer.alloc(60_000)).subarray(0, 50_000))
  await until(async () => (await metric(IN_FLIGHT_BYTES)) >= 49_000)
  assert.equal(pool.out, 0)
  assert.equal((await grpcCall(session, { message: Buffer.alloc(20_000) })).status, 14)
  slow.close(8)
  await until(async () => (await metric(IN_FLIGHT_BYTES)) === 0)
  assert.equal((await grpcCall(session, { message: Buffer.alloc(20_000) })).status, 0)
})

test('a silent connection is pinged, and closed when no answer comes', async (t) => {
  const { port } = await grpcRig(t, { grpc: { pingAfter: '50ms', pingTimeout: '100ms' } })
  const alive = grpcConnect(t, port)
  const dead = tcpConnect(port, '127.0.0.1') // says the preface and empty SETTINGS, then never answers
  dead.resume()
  dead.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00')
  await new Promise((resolve) => dead.on('close', resolve))
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.equal((await grpcCall(alive, { message: 'x' })).status, 0)
})

test('stopping sends GOAWAY, answers what is under way, and is safe before start and twice', async (t) => {
  const { receiver, intake, port } = await grpcRig(t)
  const session = grpcConnect(t, port)
  intake.hold = true
  const pending = grpcCall(session, { message: 'x' })
  await intake.arrived(1)
  const goaway = new Promise<number>((resolve) => session.on('goaway', resolve))
  const stopped = receiver.stop(Date.now() + 5000)
  assert.equal(await goaway, 0)
  intake.release()
  assert.equal((await pending).status, 0)
  await stopped
  await receiver.stop(Date.now())
  const deps = {
    intake,
    pool: new CountingPool(),
    clock: SYSTEM_CLOCK,
    logger: pino({ level: 'silent' }),
    meter: new Meter(),
  }
  const never = new OtlpGrpcReceiver(otlpConfig.parse({ grpc: { listen: '127.0.0.1:0' } }), deps)
  await never.stop(Date.now())
  await never.start(AbortSignal.timeout(5000))
  assert.equal(never.address(), null)
})

test('stopping cuts what is not answered by the deadline', async (t) => {
  const { receiver, intake, pool, port } = await grpcRig(t)
  const session = grpcConnect(t, port)
  intake.hold = true
  const pending = grpcCall(session, { message: 'x' }).catch(() => null)
  await intake.arrived(1)
  await receiver.stop(Date.now() + 50)
  assert.notEqual((await pending)?.status, 0)
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
  const receiver = new OtlpGrpcReceiver(otlpConfig.parse({ grpc: { listen: '127.0.0.1:0' } }), deps)
  const started = receiver.start(AbortSignal.timeout(5000))
  await receiver.stop(Date.now() + 1000)
  await started.catch(() => {})
  assert.equal(receiver.address(), null)
})

test('an address in use names the setting', async (t) => {
  const { port } = await grpcRig(t)
  await assert.rejects(grpcRig(t, { grpc: { listen: `127.0.0.1:${port}` } }), {
    code: 'LISTEN_FAILED',
    message: `ingest.otlp.grpc.listen: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
  })
})

test('bytes that are no HTTP/2 do not end the receiver', async (t) => {
  const { port } = await grpcRig(t)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.boolean(), async (bytes, preface) => {
      const socket = tcpConnect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.resume()
      if (preface) socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
      socket.end(bytes)
      await new Promise((resolve) => socket.on('close', resolve))
    }),
    { numRuns: 100 },
  )
  assert.equal((await grpcCall(grpcConnect(t, port), { message: 'x' })).status, 0)
})
