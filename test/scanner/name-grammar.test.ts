import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  classifyName,
  NAME_NONE,
  NAME_PASSWORD,
  NAME_SECRET,
  type NameKind,
} from '../../src/scanner/name-grammar.ts'

const kindsOf = (names: readonly string[]): NameKind[] => names.map(classifyName)

test('Romance names put the head first and what it is for after it', () => {
  const passwords = [
    'KAFKA_MDP_SMTP',
    'senhaBanco2',
    'motDePasse',
    'palavra-passe',
    'Dsenha',
    'contrasena_bd_eu',
  ]
  assert.deepEqual(
    kindsOf(passwords),
    passwords.map(() => NAME_PASSWORD),
  )
  const keys = ['claveApi', 'CLE_SECRETE', 'chave_api_v2', 'redisTokenAccesoEu', 'jeton-acces', 'cle_api']
  assert.deepEqual(
    kindsOf(keys),
    keys.map(() => NAME_SECRET),
  )
})

test('what is public, denied, or says no more than a word of another language promises nothing', () => {
  const names = [
    'clave_publica_api',
    'compass_ad',
    'reset_password_smtp',
    'cle',
    'ficha_cliente',
    'token_limit_api',
  ]
  assert.deepEqual(
    kindsOf(names),
    names.map(() => NAME_NONE),
  )
})

test('a salt is a secret where it salts more than the hash of a password', () => {
  assert.deepEqual(kindsOf(['AUTH_SALT', 'cookieSalt', 'salt', 'password_salt']), [
    NAME_SECRET,
    NAME_SECRET,
    NAME_NONE,
    NAME_NONE,
  ])
})
