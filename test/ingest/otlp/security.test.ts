import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAuthority, makeCertificate, temporaryFiles } from '../../support/certificates.ts'
import { grpcCall, grpcConnect } from '../../support/grpc-call.ts'
import { httpPost, PROTO } from '../../support/http-post.ts'
import { grpcRig, httpRig } from '../../support/otlp-receiver.ts'

const authority = makeAuthority('telltale test CA')
const stranger = makeAuthority('another CA')
const server = makeCertificate(authority, 'localhost')
const client = makeCertificate(authority, 'client')
const foreign = makeCertificate(stranger, 'client')

test('TLS is served by configuration on both transports, and plain text is not', async (t) => {
  const [cert, key] = temporaryFiles(t, server.cert, server.key)
  const http = await httpRig(t, { tls: { cert, key } })
  const grpc = await grpcRig(t, { tls: { cert, key } })
  const ca = authority.cert
  assert.equal((await httpPost({ port: http.port, headers: PROTO, body: 'x', tls: { ca } })).status, 200)
  assert.equal((await grpcCall(grpcConnect(t, grpc.port, { ca }), { message: 'x' })).status, 0)
  await assert.rejects(httpPost({ port: http.port, headers: PROTO, body: 'x' }))
  await assert.rejects(httpPost({ port: http.port, headers: PROTO, body: 'x', tls: { ca: stranger.cert } }))
  assert.equal(http.intake.submissions.length + grpc.intake.submissions.length, 2)
})

test('with a client CA only clients it signed are let in', async (t) => {
  const [cert, key, clientCa] = temporaryFiles(t, server.cert, server.key, authority.cert)
  const tls = { cert, key, clientCa }
  const http = await httpRig(t, { tls })
  const grpc = await grpcRig(t, { tls })
  const ca = authority.cert
  const post = (shown: object) =>
    httpPost({ port: http.port, headers: PROTO, body: 'x', tls: { ca, ...shown } })
  const call = (shown: object) => grpcCall(grpcConnect(t, grpc.port, { ca, ...shown }), { message: 'x' })
  assert.equal((await post(client)).status, 200)
  assert.equal((await call(client)).status, 0)
  for (const shown of [{}, foreign]) {
    await assert.rejects(post(shown))
    assert.notEqual((await call(shown).catch(() => null))?.status, 0)
  }
  assert.equal(http.intake.submissions.length + grpc.intake.submissions.length, 2)
})

test('certificate files that are missing or do not fit are said at start with their setting', async (t) => {
  const [cert, key, otherKey] = temporaryFiles(t, server.cert, server.key, client.key)
  for (const start of [httpRig, grpcRig]) {
    await assert.rejects(start(t, { tls: { cert, key: `${key}.none` } }), {
      code: 'CONFIG_INVALID',
      message: /^ingest\.otlp\.tls\.key: cannot read .*ENOENT/,
    })
    await assert.rejects(start(t, { tls: { cert, key: otherKey } }), {
      code: 'CONFIG_INVALID',
      message: /^ingest\.otlp\.tls: /,
    })
  }
})

test('with a token file only bearers of its tokens are let in', async (t) => {
  const [bearerTokensFile] = temporaryFiles(t, '# tokens\nfirst-token\r\n\n  second-token  \n')
  const http = await httpRig(t, { auth: { bearerTokensFile } })
  const grpc = await grpcRig(t, { auth: { bearerTokensFile } })
  const session = grpcConnect(t, grpc.port)
  const both = async (authorization?: string): Promise<[number, number]> => {
    const shown = authorization === undefined ? {} : { authorization }
    const post = await httpPost({ port: http.port, headers: { ...PROTO, ...shown }, body: 'x' })
    if (post.status === 401) assert.equal(post.headers['www-authenticate'], 'Bearer')
    return [post.status, (await grpcCall(session, { headers: shown, message: 'x' })).status]
  }
  assert.deepEqual(await both('Bearer first-token'), [200, 0])
  assert.deepEqual(await both('bearer second-token'), [200, 0])
  for (const wrong of [
    undefined,
    'Bearer',
    'Bearer third',
    'Bearer first-token x',
    'Basic first-token',
    '# tokens',
  ]) {
    assert.deepEqual(await both(wrong), [401, 16], wrong)
  }
  assert.equal(http.intake.submissions.length + grpc.intake.submissions.length, 4)
})

test('a token file without a token is said at start', async (t) => {
  const [bearerTokensFile] = temporaryFiles(t, '# none\n')
  await assert.rejects(httpRig(t, { auth: { bearerTokensFile } }), {
    code: 'CONFIG_INVALID',
    message: 'ingest.otlp.auth.bearerTokensFile: the file holds no token',
  })
})
