import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { ReadStream, WriteStream } from 'node:tty'
import { Terminal } from '../../../src/cli/top/terminal.ts'

function fake() {
  const raw: boolean[] = []
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) })
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24 })
  let drawn = 0
  const terminal = new Terminal(input as unknown as ReadStream, output as unknown as WriteStream)
  terminal.open(() => drawn++)
  return { terminal, input, output, raw, drawn: () => drawn, written: () => String(output.read() ?? '') }
}

test('q ends a pause at once and gives the terminal back as it was', async () => {
  const { terminal, input, raw, written } = fake()
  const paused = terminal.pause(3_600_000)
  input.write('q')
  await paused
  assert.equal(terminal.closed, true)
  assert.deepEqual(raw, [true, false])
  assert.match(written(), /\[\?1049h.*\[\?25h.*\[\?1049l$/s)
})

test('a change of size draws again, with the new size', () => {
  const { terminal, output, drawn } = fake()
  Object.assign(output, { columns: 40, rows: 10 })
  output.emit('resize')
  assert.equal(drawn(), 1)
  assert.deepEqual([terminal.columns, terminal.rows], [40, 10])
  terminal.close()
  output.emit('resize')
  assert.equal(drawn(), 1)
})

test('an arrow key is not q', () => {
  const { terminal, input } = fake()
  input.write('\u001b[A')
  assert.equal(terminal.closed, false)
  terminal.close()
})
