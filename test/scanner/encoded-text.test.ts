import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretsIn } from './scan-text.ts'

// Assembled, so that no scanner takes this file for a leak.
const PASSWORD = `Harbor${'4711x!'}`
const base64 = (text: string): string => Buffer.from(text).toString('base64')

test('base64 that hides a credential is found at every offset of its name', () => {
  for (const pad of ['', 'a', 'ab']) {
    const run = base64(`${pad}#!/bin/sh\nexport DB_PASSWORD=${PASSWORD}\n`)
    assert.deepEqual(secretsIn(`user-data: ${run}`), [run])
  }
  const docker = base64(`{"auths":{"x.io":{"auth":"${base64(`bob:${PASSWORD}`)}"}}}`)
  assert.deepEqual(secretsIn(`.dockerconfigjson: ${docker}`), [docker])
})

test('base64 that speaks of passwords without giving one is left alone', () => {
  for (const text of [
    'the password is required here',
    '{"password":null,"id":42}',
    '{"token_count":12,"x":"y"}',
  ])
    assert.deepEqual(secretsIn(`payload=${base64(text)}`), [], text)
})

test('what Kubernetes encodes is judged by what it decodes to', () => {
  assert.deepEqual(secretsIn(`data:\n  password: ${base64('us-west-2')}`), [])
  const run = base64(PASSWORD)
  assert.deepEqual(secretsIn(`data:\n  password: ${run}`), [run])
})

test('quotes and separators that are encoded delimit values like others', () => {
  for (const line of [
    `{\\u0022password\\u0022:\\u0022${PASSWORD}\\u0022}`,
    `{\\x22password\\x22:\\x22${PASSWORD}\\x22}`,
    `&lt;password&gt;${PASSWORD}&lt;/password&gt;`,
    `value="{&quot;password&quot;:&quot;${PASSWORD}&quot;}"`,
    `{"xml":"\\u003cpassword\\u003e${PASSWORD}\\u003c/password\\u003e"}`,
  ])
    assert.deepEqual(secretsIn(line), [PASSWORD], line)
  assert.deepEqual(secretsIn('GET /cb?next=%2Fx%3Fpassword%3DHarbor4711x%26y%3D1 HTTP/1.1'), ['Harbor4711x'])
})
