import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretsIn } from './scan-text.ts'

// Assembled, so that no scanner takes this file for a leak.
const PASSWORD = `Harbor${'4711x!'}`
const KEY = `q7Zk2${'LmX9pVb4TnR8sWd3'}`

test('a sentence that gives a credential away is found in several languages', () => {
  for (const [line, value] of [
    [`the password for the staging box is ${PASSWORD}`, PASSWORD],
    [`Password reset for bob. New password: ${PASSWORD}`, PASSWORD],
    [`token for the bot: ${KEY}`, KEY],
    [`I used ${PASSWORD} as password`, PASSWORD],
    [`das neue Passwort lautet ${PASSWORD}`, PASSWORD],
    [`la contraseña es ${PASSWORD}`, PASSWORD],
    [`mot de passe : ${PASSWORD}`, PASSWORD],
    [`a senha é ${PASSWORD}`, PASSWORD],
    [`la clé API est ${KEY}`, KEY],
    [`пароль: ${PASSWORD}`, PASSWORD],
    [`Пароль для сервера: ${PASSWORD}`, PASSWORD],
    [`the password for db1 changed, it is now ${PASSWORD}`, PASSWORD],
    [`The access token below is valid for a day: ${KEY}`, KEY],
    [`Use the following password to sign in: ${PASSWORD}`, PASSWORD],
    [`the client secret, ${KEY}, goes into the vault`, KEY],
    [`the API key “${KEY}” is wrong`, KEY],
    [`Q: what is the admin password? A: ${PASSWORD}`, PASSWORD],
    [`We changed the password. It is now ${PASSWORD}.`, PASSWORD],
    [`please replace the old password with ${PASSWORD}`, PASSWORD],
    [`the key we use in staging, an API token (${KEY}), no longer works`, KEY],
    [`the SSL private key was ${KEY}`, KEY],
    [`for tests the password is hardcoded to ${PASSWORD}`, PASSWORD],
    [`the password in production is still ${PASSWORD}`, PASSWORD],
    [`the password for the ledger cluster: ${PASSWORD}`, PASSWORD],
  ] as const)
    assert.deepEqual(secretsIn(line), [value], line)
})

test('a credential before its name is found when the sentence says that it is one', () => {
  for (const [line, value] of [
    [`${PASSWORD} is the password for root`, PASSWORD],
    [`can you check if ${PASSWORD} still works as the admin password?`, PASSWORD],
    [`login as bob with ${PASSWORD} (password)`, PASSWORD],
    [`please revoke ${KEY}, it is an API key`, KEY],
    [`the new one is ${PASSWORD} (password for db1)`, PASSWORD],
    [`enter ${PASSWORD} when it asks for the password`, PASSWORD],
  ] as const)
    assert.deepEqual(secretsIn(line), [value], line)
})

test('a sentence about passwords is left alone', () => {
  for (const line of [
    'the password for the staging box is wrong, try again',
    'Failed password for invalid user admin1 from 10.0.0.1 port 22 ssh2',
    'password changed for user: jsmith1984',
    'Passwort vergessen?',
    'password reset link sent to: jsmith1984',
    'password for user: jsmith1984 expired',
    'server42x is password protected',
    'request 8f3a9b2c1d7e: token expired',
    'use node-18b for password hashing',
    'the password policy for db1 is strict2024',
    'senha: obrigatória',
    'la contraseña ha caducado para bob42',
    'Pass nbytes to sha1_hash_buffer2 instead',
    'Adding job token for job_1445144423722_0020 to jobTokenSecretManager',
  ])
    assert.deepEqual(secretsIn(line), [], line)
})
