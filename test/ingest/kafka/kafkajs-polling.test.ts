import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { endIdlePolling } from '../../../src/ingest/kafka/kafkajs-polling.ts'

interface Queue {
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  maybeThrottle(ms: number): void
  push(request: { entry: object; expectResponse: boolean; sendRequest(): void }): void
  destroy(): void
}

function queue(): Queue {
  endIdlePolling()
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
    options: object,
  ) => Queue
  const logger = { debug: () => {} }
  return new RequestQueue({ maxInFlightRequests: null, clientId: 'c', broker: 'b', logger })
}

test('a connection on which nothing waits sets no timer', () => {
  const q = queue()
  q.checkPendingRequests()
  assert.equal(q.throttleCheckTimeoutId, null)
  q.maybeThrottle(50)
  q.checkPendingRequests()
  assert.equal(q.throttleCheckTimeoutId, null)
})

test('a request that must wait is sent when it may', async () => {
  const q = queue()
  q.maybeThrottle(50)
  let sent = 0
  const all = new Promise<void>((resolve) => {
    const sendRequest = () => {
      sent++
      if (sent === 2) resolve()
    }
    for (const correlationId of [1, 2])
      q.push({ entry: { correlationId, resolve: () => {} }, expectResponse: false, sendRequest })
  })
  assert.equal(sent, 0)
  await all
  assert.equal(q.throttleCheckTimeoutId, null, 'and then all is quiet')
  q.destroy()
})
