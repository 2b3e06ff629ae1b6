import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SIGNAL_LOGS, SIGNAL_METRICS, SIGNAL_SPANS } from '../../../../src/columns/record-batch.ts'
import { grpcRig, httpRig } from '../../../support/otlp-receiver.ts'
import { pythonClient, pythonSend } from '../../../support/python-client.ts'
import { receivedTexts } from '../../../support/received.ts'

const client = await pythonClient()
const COUNT = 100

for (const [protocol, start] of [
  ['http', httpRig],
  ['grpc', grpcRig],
] as const) {
  for (const compression of ['none', 'gzip'] as const) {
    test(`the Python exporter delivers logs, spans and metrics by ${protocol}, ${compression}`, {
      skip: client.skip,
    }, async (t) => {
      assert.ok('path' in client)
      const { intake, port } = await start(t)
      await pythonSend(client, { protocol, endpoint: `127.0.0.1:${port}`, count: COUNT, compression })
      const of = (signal: number): string[] =>
        receivedTexts(intake.submissions.filter((s) => s.signal === signal)).sort()
      const expected = (what: string): string[] =>
        Array.from({ length: COUNT }, (_, i) => `python-client/python ${what} ${i}`).sort()
      assert.deepEqual(of(SIGNAL_LOGS), expected('log'))
      assert.deepEqual(of(SIGNAL_SPANS), expected('span'))
      assert.ok(of(SIGNAL_METRICS).includes('python-client/python.points'))
    })
  }
}
