import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Hmac } from '../../src/scanner/hmac.ts'

test('agrees with the HMAC of node:crypto for every key and text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 200 }), (key, text) => {
      const latin1 = Buffer.from(text).toString('latin1')
      assert.equal(new Hmac(key).hex(latin1), createHmac('sha256', key).update(text).digest('hex'))
    }),
  )
})
