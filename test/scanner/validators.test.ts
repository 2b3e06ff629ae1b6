import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/clock.ts'
import { expandTemplate } from '../../src/scanner/example-template.ts'
import { awsAccountOf } from '../../src/scanner/validators/aws-key-id.ts'
import { VALIDATORS } from '../../src/scanner/validators/table.ts'

const verdict = (name: string, text: string): string => VALIDATORS[name]!(text)
/** Published examples are joined here so that no credential-like string stands in the file. */
const joined = (...parts: string[]): string => parts.join('')

test('the checksum of GitHub and npm tokens is the published one', () => {
  assert.equal(verdict('crc32-base62', joined('ghp_', 'zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ', '0mLq17')), 'valid')
  assert.equal(verdict('crc32-base62', joined('npm_', 'qkJaB6MffYVzZXWqmcoF49yrUxP3wf', '0LsakP')), 'valid')
  assert.equal(verdict('crc32-base62', joined('npm_', 'qkJaB6MffYVzZXWqmcoF49yrUxP3wf', '0LsakQ')), 'invalid')
  assert.equal(verdict('crc32-base62', joined('ghs_', 'short')), 'unknown')
})

test('an AWS key id gives the account it belongs to', () => {
  assert.equal(awsAccountOf(joined('ASIA', 'QNZGKIQY', '56JQ7WML')), '029608264753')
  assert.equal(verdict('aws-key-id', joined('ASIA', 'QNZGKIQY', '56JQ7WML')), 'valid')
  assert.equal(verdict('aws-key-id', joined('AKIA', '0189QNZG', 'KIQY56JQ')), 'invalid')
})

test('personal numbers pass and fail their published checks', () => {
  const cases: readonly [string, string, string][] = [
    ['iban', 'DE89 3704 0044 0532 0130 00', 'DE88 3704 0044 0532 0130 00'],
    ['iban', 'GB82WEST12345698765432', 'GB82WEST12345698765423'],
    ['luhn', '4111 1111 1111 1111', '4111 1111 1111 1112'],
    ['luhn', '378282246310005', '378282246310006'],
    ['cpf', '111.444.777-35', '111.444.777-36'],
    ['cpf', '52998224725', '11111111111'],
    ['cnpj', '11.222.333/0001-81', '11.222.333/0001-82'],
    ['cnpj', '12.ABC.345/01DE-35', '12.ABC.345/01DE-53'],
    ['nif', '123456789', '123456780'],
    ['dni', '12345678Z', '12345678A'],
    ['dni', 'X1234567L', 'Y1234567L'],
  ]
  for (const [name, good, bad] of cases) {
    assert.equal(verdict(name, good), 'valid', `${name} ${good}`)
    assert.equal(verdict(name, bad), 'invalid', `${name} ${bad}`)
  }
  assert.equal(verdict('ssn', '666-12-3456'), 'invalid')
  assert.equal(verdict('ssn', '123-45-6789'), 'unknown')
})

test('what the makers of examples make passes its validator', () => {
  const made: readonly [string, string][] = [
    ['luhn', '{luhn:4:16}'],
    ['iban', '{iban:DE:18}'],
    ['cpf', '{cpf}'],
    ['cnpj', '{cnpj}'],
    ['nif', '{nif}'],
    ['dni', '{dni}'],
    ['crc32-base62', 'ghp_{crc62}'],
    ['jwt', '{jwt}'],
    ['base64-userpass', '{userpass}'],
  ]
  for (const [name, template] of made) {
    for (let seed = 0; seed < 50; seed++) {
      assert.equal(verdict(name, expandTemplate(template, seededRandom(seed)).text), 'valid', template)
    }
  }
})

test('a token whose header is no JSON, or names no algorithm, is no JWT', () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  assert.equal(verdict('jwt', `${part({ typ: 'JWT' })}.${part({ sub: 'a' })}.c2ln`), 'invalid')
  assert.equal(verdict('jwt', `eyJhbGci.${part({ sub: 'a' })}.c2ln`), 'invalid')
  assert.equal(verdict('jwt', `${part({ alg: 'none' })}.${part({ sub: 'a' })}.c2ln`), 'invalid')
  assert.equal(verdict('jwt', `${part({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`), 'valid')
})

test('a private key body is judged by its first bytes', () => {
  const pem = (label: string, body: Buffer, gap = '\n'): string => {
    const lines = body.toString('base64').match(/.{1,64}/g)!
    return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join(gap)
  }
  const der = Buffer.concat([Buffer.from([0x30, 0x82, 0x01, 0x00]), Buffer.alloc(256, 7)])
  const label = joined('RSA PRIV', 'ATE KEY')
  assert.equal(verdict('private-key', pem(label, der)), 'valid')
  assert.equal(verdict('private-key', pem(label, der, '\\n')), 'valid')
  assert.equal(verdict('private-key', pem(label, der.subarray(0, 100))), 'invalid')
  assert.equal(verdict('private-key', pem(label, Buffer.alloc(256, 7))), 'invalid')
  const openssh = Buffer.concat([Buffer.from('openssh-key-v1\0'), Buffer.alloc(100, 1)])
  assert.equal(verdict('private-key', pem(joined('OPENSSH PRIV', 'ATE KEY'), openssh)), 'valid')
  assert.equal(verdict('private-key', pem(joined('OPENSSH PRIV', 'ATE KEY'), der)), 'invalid')
})

test('validators never throw, whatever they are given', () => {
  const random = seededRandom(7)
  for (let i = 0; i < 3000; i++) {
    const text = String.fromCharCode(
      ...Array.from({ length: Math.floor(random() * 60) }, () => random() * 256),
    )
    for (const [name, validate] of Object.entries(VALIDATORS)) {
      assert.match(
        validate(i % 2 === 0 ? text : `-----BEGIN RSA PRIV${''}ATE KEY-----${text}`),
        /^(?:valid|invalid|unknown)$/,
        name,
      )
    }
  }
})
