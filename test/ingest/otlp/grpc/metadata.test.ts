import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TelltaleError } from '../../../../src/core/errors.ts'
import {
  encodeGrpcMessage,
  errorTrailers,
  parseGrpcTimeout,
} from '../../../../src/ingest/otlp/grpc/metadata.ts'
import { decodeRpcStatus } from '../../../support/rpc-status.ts'

test('a timeout is read in every unit, and nothing else is', () => {
  const cases: [string | undefined, number | null][] = [
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['4m', 4],
    ['5000u', 5],
    ['6000000n', 6],
    ['0S', 0],
    [undefined, null],
    ['', null],
    ['123456789S', null],
    ['-1S', null],
    ['1s', null],
    ['1.5S', null],
  ]
  for (const [header, ms] of cases) assert.equal(parseGrpcTimeout(header), ms, header)
})

test('a message is printable ASCII on the wire and decodes to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (message) => {
      const wire = encodeGrpcMessage(message)
      assert.match(wire, /^[\x20-\x7e]*$/)
      assert.equal(decodeURIComponent(wire), message)
    }),
  )
  assert.equal(encodeGrpcMessage('50% – ok'), '50%25 %E2%80%93 ok')
})

test('a retry always has a status that clients retry, and says after how long', () => {
  for (const code of ['QUEUE_FULL', 'DRAINING', 'SINK_FAILED', 'SPOOL_FULL', 'INTERNAL'] as const) {
    const trailers = errorTrailers({ kind: 'retry', afterMs: 1500, cause: new TelltaleError(code, 'later') })
    assert.ok(['8', '14'].includes(trailers['grpc-status']!), code)
    const details = Buffer.from(trailers['grpc-status-details-bin']!, 'base64')
    const status = decodeRpcStatus(details)
    assert.equal(String(status.code), trailers['grpc-status'])
    assert.equal(status.retryMs, 1500)
    assert.equal(status.message, 'later')
    assert.ok(!trailers['grpc-status-details-bin']!.includes('='))
  }
})

test('a refusal has no RetryInfo, so that clients drop the batch', () => {
  const trailers = errorTrailers({ kind: 'refused', cause: new TelltaleError('TOO_LARGE', 'large') })
  assert.equal(trailers['grpc-status'], '8')
  assert.equal(trailers['grpc-status-details-bin'], undefined)
})
