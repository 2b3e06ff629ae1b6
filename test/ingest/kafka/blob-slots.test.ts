import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlobSlots, readPlace } from '../../../src/ingest/kafka/blob-slots.ts'

const place = (generation: number, chunk: number, chunks: number, writer = 'a') => ({
  slot: generation % 2,
  chunk,
  chunks,
  generation,
  writer,
})
const bytes = (...list: number[]) => new Uint8Array(list)
const plain = (slots: BlobSlots) => slots.values().map((v) => (v === null ? null : [...v]))

test('whole values come newest first, a torn one as null', () => {
  const slots = new BlobSlots()
  slots.add(place(4, 0, 2), bytes(1))
  slots.add(place(4, 1, 2), bytes(2))
  slots.add(place(5, 0, 2), bytes(3))
  assert.deepEqual(plain(slots), [null, [1, 2]])
  assert.equal(slots.nextGeneration, 7, 'into the place of the torn one')
  slots.add(place(5, 1, 2), bytes(4))
  assert.deepEqual(plain(slots), [
    [3, 4],
    [1, 2],
  ])
  assert.equal(slots.nextGeneration, 6)
  assert.equal(new BlobSlots().nextGeneration, 1)
})

test('chunks of two writers of the same generation never make a value', () => {
  const slots = new BlobSlots()
  slots.add(place(1, 0, 2, 'a'), bytes(1))
  slots.add(place(1, 0, 2, 'b'), bytes(2))
  slots.add(place(1, 1, 2, 'a'), bytes(3))
  assert.deepEqual(plain(slots), [null])
})

test('keys and headers that are not ours are nothing', () => {
  const headers: Record<string, string> = { chunks: '2', generation: '7', writer: 'w' }
  const header = (name: string) => headers[name] ?? 'undefined'
  assert.deepEqual(readPlace('g|kafka:t/0|1|1', header), {
    key: 'g|kafka:t/0',
    slot: 1,
    chunk: 1,
    chunks: 2,
    generation: 7,
    writer: 'w',
  })
  assert.equal(readPlace('g|kafka:t/0|2|0', header), null)
  assert.equal(readPlace('g|kafka:t/0|1|2', header), null)
  assert.equal(
    readPlace('g|kafka:t/0|1|1', () => 'x'),
    null,
  )
})
