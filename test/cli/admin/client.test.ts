import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { AdminClient } from '../../../src/cli/admin/client.ts'
import { TelltaleError } from '../../../src/core/errors.ts'
import { scratchDir } from '../../support/sinks.ts'

const TOKEN = 'correct-horse'

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const failed = (code: string) => (error: unknown) =>
  error instanceof TelltaleError &&
  error.code === code &&
  ![error.message, ...error.detail].join().includes(TOKEN)

test('the token comes from a file or the environment and goes into the header', async (t) => {
  const seen: (string | undefined)[] = []
  const admin = await serve(t, (request, response) => {
    seen.push(request.headers.authorization)
    response.end('{}')
  })
  const tokenFile = join(scratchDir(), 'token')
  writeFileSync(tokenFile, `${TOKEN}\n`)
  await new AdminClient({ admin }, {}).get('/x')
  await new AdminClient({ admin }, { TELLTALE_TOKEN: TOKEN }).get('/x')
  await new AdminClient({ admin, tokenFile }, { TELLTALE_TOKEN: 'other' }).get('/x')
  assert.deepEqual(seen, [undefined, `Bearer ${TOKEN}`, `Bearer ${TOKEN}`])
})

test('a token is never sent on to where a redirect points, and is in no error', async (t) => {
  let reached = 0
  const elsewhere = await serve(t, (_request, response) => {
    reached++
    response.end()
  })
  const admin = await serve(t, (_request, response) => {
    response.writeHead(302, { location: elsewhere }).end()
  })
  const client = new AdminClient({ admin }, { TELLTALE_TOKEN: TOKEN })
  await assert.rejects(client.get('/metrics'), failed('ADMIN_UNREACHABLE'))
  assert.equal(reached, 0)
})

test('a wrong token, a wrong address and no daemon are told apart', async (t) => {
  const admin = await serve(t, (_request, response) => void response.writeHead(401).end())
  const env = { TELLTALE_TOKEN: TOKEN }
  await assert.rejects(new AdminClient({ admin }, env).get('/metrics'), failed('UNAUTHENTICATED'))
  await assert.rejects(new AdminClient({ admin: '127.0.0.1:9' }, env).get('/'), failed('ADMIN_UNREACHABLE'))
  assert.throws(() => new AdminClient({ admin: 'http://' }, env), failed('USAGE'))
  assert.throws(() => new AdminClient({ admin, tokenFile: '/nonexistent' }, env), failed('INPUT_UNREADABLE'))
})

test('lines come whole, however they were cut on the way', async (t) => {
  const admin = await serve(t, (_request, response) => {
    response.write('{"a":')
    setImmediate(() => response.end('1}\n\n{"b":2}\n'))
  })
  const lines: string[] = []
  for await (const line of new AdminClient({ admin }, {}).lines('/', new AbortController().signal))
    lines.push(line)
  assert.deepEqual(lines, ['{"a":1}', '{"b":2}'])
})
