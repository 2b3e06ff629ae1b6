import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { HeldState } from '../../src/pipeline/held-state.ts'

/** A state of that many pieces, which changes all over as soon as it may. */
function changing(pieces: number, pieceBytes: number, steps = 1) {
  const memory = Buffer.alloc(pieces * pieceBytes, 7)
  const letGo = { times: 0 }
  function* read() {
    for (let i = 1; i < steps; i++) yield
    const views = Array.from({ length: pieces }, (_, i) =>
      memory.subarray(i * pieceBytes, (i + 1) * pieceBytes),
    )
    return { bytes: memory.length, pieces: views }
  }
  const held = new HeldState(read(), () => {
    letGo.times++
    memory.fill(9)
  })
  return { held, letGo, memory }
}

async function written(held: HeldState, delayMs = 0): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of held.pieces()) {
    const seen = Buffer.from(piece)
    if (delayMs > 0) await sleep(delayMs)
    assert.deepEqual(Buffer.from(piece), seen, 'it does not change while it is written')
    all.push(seen)
  }
  return Buffer.concat(all)
}

const ofSevens = (bytes: Buffer): boolean => bytes.every((b) => b === 7)

test('a small state is copied on the spot', async () => {
  const { held, letGo } = changing(10, 1000)
  assert.equal(letGo.times, 1)
  const bytes = await written(held)
  assert.equal(bytes.length, 10_000)
  assert.ok(ofSevens(bytes))
  assert.equal(letGo.times, 1)
})

test('a large state is held until its last piece was taken', async () => {
  const { held, letGo } = changing(12, 1 << 20, 20)
  assert.equal(await held.bytes, 12 << 20)
  assert.equal(letGo.times, 0)
  assert.ok(ofSevens(await written(held)))
  assert.equal(letGo.times, 1)
})

test('a slow writer gets the state as it was, though it is let go before', async () => {
  const { held, letGo, memory } = changing(12, 1 << 20)
  let heldAtEnd = true
  const bytes = await written(held, 40).finally(() => {
    heldAtEnd = memory[0] === 7
  })
  assert.ok(ofSevens(bytes))
  assert.equal(bytes.length, 12 << 20)
  assert.equal(letGo.times, 1)
  assert.equal(heldAtEnd, false)
})

test('nobody reads it: it is let go all the same', async () => {
  const { letGo, held } = changing(12, 1 << 20)
  while (letGo.times === 0) await sleep(20)
  assert.ok(ofSevens(await written(held)), 'and still there for who comes late')
})

test('a writer that gives up lets it go at once', async () => {
  const { held, letGo } = changing(12, 1 << 20)
  for await (const piece of held.pieces()) {
    assert.equal(piece.length, 1 << 20)
    break
  }
  assert.equal(letGo.times, 1)
})

test('a state that cannot be read is let go, and said when it is asked for', async () => {
  let letGo = 0
  function* broken(): Generator<void, never> {
    yield
    throw new Error('defect')
  }
  const held = new HeldState(broken(), () => letGo++)
  await assert.rejects(held.bytes, /defect/)
  await assert.rejects(written(held), /defect/)
  assert.equal(letGo, 1)
})
