import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuseOnce } from '../../../support/fake-intake.ts'
import { grpcRig, httpRig } from '../../../support/otlp-receiver.ts'
import { receivedTexts } from '../../../support/received.ts'
import { telemetrygen, telemetrygenSend } from '../../../support/telemetrygen.ts'

const tool = await telemetrygen()
const COUNT = 300

for (const [protocol, start] of [
  ['http', httpRig],
  ['grpc', grpcRig],
] as const) {
  for (const signal of ['logs', 'traces', 'metrics'] as const) {
    test(`telemetrygen delivers ${signal} by ${protocol}`, { skip: tool.skip }, async (t) => {
      assert.ok('path' in tool)
      const { intake, port } = await start(t)
      await telemetrygenSend(tool, { signal, protocol, endpoint: `127.0.0.1:${port}`, count: COUNT })
      const texts = receivedTexts(intake.submissions)
      assert.equal(texts.length, signal === 'traces' ? COUNT * 2 : COUNT)
      assert.ok(texts.every((text) => text.startsWith('telemetrygen/')))
    })
  }
}

test('telemetrygen tries again when told the queue is full, by gRPC', { skip: tool.skip }, async (t) => {
  assert.ok('path' in tool)
  const { intake, port } = await grpcRig(t)
  const refusals = refuseOnce(t, intake)
  const endpoint = `127.0.0.1:${port}`
  await telemetrygenSend(tool, { signal: 'traces', protocol: 'grpc', endpoint, count: 10 })
  assert.equal(receivedTexts(intake.submissions).length, 20)
  assert.equal(refusals(), 1)
})
