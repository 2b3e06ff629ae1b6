import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretsIn } from './scan-text.ts'

// Assembled, so that no scanner takes this file for a leak.
const PASSWORD = `Xy9${'!kd82Lq'}`

test('the line below a tag is none of its business', () => {
  for (const text of [
    `<db-password>${'x'}</db-password>\nrelease-label=r7Kq2LmX9pVb4TnR`,
    '<input type="password" name="password">\nrelease-label=r7Kq2LmX9pVb4TnR',
    '- password\nbuilder.release_label("r7Kq2LmX9pVb4TnR")',
  ])
    assert.deepEqual(secretsIn(text), [], text)
})

test('a value in the lines below its name is found', () => {
  for (const text of [
    `password:\n  ${PASSWORD}`,
    `db_password: |\n    ${PASSWORD}\nother: x`,
    `"dbPassword":\n    "${PASSWORD}"`,
    `db_password =\n    "${PASSWORD}"`,
    `<password>\n    ${PASSWORD}\n</password>`,
    `- name: DB_PASSWORD\n  value: "${PASSWORD}"`,
    `variable "password" {\n  type    = string\n  default = "${PASSWORD}"\n}`,
    `"password": {\n  "value": "${PASSWORD}",\n  "type": "string"\n}`,
    `<key>password</key>\n  <string>${PASSWORD}</string>`,
    `--password \\\n  ${PASSWORD}`,
    `Content-Disposition: form-data; name="password"\r\n\r\n${PASSWORD}\r\n--x`,
    `user,password,host\nbob,${PASSWORD},db1`,
    `| user | password |\n|------|----------|\n| bob | ${PASSWORD} |`,
    `id,user,default password\n7,bob,${PASSWORD}`,
    `name\tpassword\trole\nbob\t${PASSWORD}\tadmin`,
    `host        password      role\ndb1.prod   ${PASSWORD}   admin`,
    `Your temporary password is:\n\n${PASSWORD}`,
  ])
    assert.deepEqual(secretsIn(text), [PASSWORD], text)
})

test('a name whose lines below are settings of their own, a sentence or code has no value there', () => {
  for (const text of [
    `password:\n  secretKeyRef: ${PASSWORD}x`,
    'password:\n  type: string\n  minLength: 8',
    'password:\n  - one\n  - two',
    'Password:\n\nForgot your password? Ask Bob2 about it',
    'except ValueError:\n    pass\n@property2',
    `{"level":"info","msg":"bad token"}\n{"level":"info","msg":"${PASSWORD}"}`,
    'password=\nhost=db1.prod2',
  ])
    assert.deepEqual(secretsIn(text), [], text)
})

test('the name of a block does not reach past the lines that belong to it', () => {
  assert.deepEqual(secretsIn(`password:${'\n'.repeat(12)}${PASSWORD}`), [])
})
