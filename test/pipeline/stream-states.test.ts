import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { DetectorStage } from '../../src/columns/stage.ts'
import type { BlobStore, BlobValue } from '../../src/core/blob-store.ts'
import { SYSTEM_CLOCK } from '../../src/core/clock.ts'
import { TelltaleError } from '../../src/core/errors.ts'
import { Shards } from '../../src/pipeline/shards.ts'
import { SnapshottedStates } from '../../src/pipeline/stream-states.ts'
import { Meter } from '../../src/telemetry/meter.ts'

/** A stage whose whole state is one byte; 255 does not fit. */
class ByteStage {
  value = 0
  openFindings = () => []
  restore = (bytes: Uint8Array) => {
    if (bytes[0] === 255) throw new TelltaleError('STATE_SCHEMA', 'of another version')
    this.value = bytes[0]!
  };
  *readState() {
    yield
    return { bytes: 1, pieces: [new Uint8Array([this.value])] }
  }
}

class MemoryStore implements BlobStore {
  readonly values: Uint8Array[] = []
  failing = false
  async put(_key: string, { bytes, pieces, sealed }: BlobValue): Promise<void> {
    if (this.failing) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    const all: Uint8Array[] = []
    for await (const piece of pieces) all.push(new Uint8Array(piece))
    await sealed
    const value = Buffer.concat(all)
    assert.equal(value.length, bytes)
    this.values.unshift(value)
  }
  before = async () => {}
  async *get(): AsyncGenerator<Uint8Array> {
    await this.before()
    yield* this.values
  }
}

function setUp(durable: () => Promise<void> = async () => {}) {
  const store = new MemoryStore()
  const shards = new Shards(() => new ByteStage() as unknown as DetectorStage)
  const meter = new Meter()
  const states = new SnapshottedStates({
    shards,
    storeOf: () => store,
    durable,
    clock: SYSTEM_CLOCK,
    logger: pino({ level: 'silent' }),
    meter,
  })
  const stage = (stream: string) => shards.of(stream) as unknown as ByteStage
  return { store, shards, states, stage, meter }
}

test('state and offset come back together', async () => {
  const { states, stage } = setUp()
  assert.equal(await states.open('kafka:t/0'), null)
  stage('kafka:t/0').value = 7
  assert.equal(await states.checkpoint('kafka:t/0', 42), true)
  states.close('kafka:t/0')
  assert.equal(stage('kafka:t/0').value, 0)
  assert.deepEqual(await states.open('kafka:t/0'), { offset: 42, newest: true })
  assert.equal(stage('kafka:t/0').value, 7)
})

test('a checkpoint is of the moment it was asked for', async () => {
  let release = () => {}
  const { states, stage } = setUp(() => new Promise((resolve) => (release = resolve)))
  await states.open('s')
  stage('s').value = 1
  const done = states.checkpoint('s', 1)
  stage('s').value = 2
  release()
  await done
  states.close('s')
  await states.open('s')
  assert.equal(stage('s').value, 1)
})

test('a stream that went away and came back while its snapshot was read is not set back by the late one', async () => {
  const { states, store, stage } = setUp()
  await states.open('s')
  stage('s').value = 3
  await states.checkpoint('s', 3)
  const slow = Promise.withResolvers<void>()
  store.before = () => slow.promise
  const late = states.open('s')
  states.close('s')
  store.before = async () => {}
  assert.deepEqual(await states.open('s'), { offset: 3, newest: true })
  stage('s').value = 9 // read on meanwhile
  slow.resolve()
  assert.equal(await late, null)
  assert.equal(stage('s').value, 9)
})

test('a stream that was lost while its findings were delivered is not saved', async () => {
  let release = () => {}
  const { states, store, stage } = setUp(() => new Promise((resolve) => (release = resolve)))
  await states.open('s')
  const done = states.checkpoint('s', 9)
  states.close('s')
  stage('s') // somebody opened it again meanwhile
  release()
  assert.equal(await done, false)
  assert.equal(store.values.length, 0)
})

test('damaged and foreign snapshots are passed over, older ones are used, and both are counted', async () => {
  const { states, store, stage, meter } = setUp()
  await states.open('s')
  stage('s').value = 3
  await states.checkpoint('s', 30)
  stage('s').value = 255
  await states.checkpoint('s', 40)
  store.values.unshift(new Uint8Array([1, 2, 3]), store.values[0]!.slice(0, -1))
  assert.deepEqual(await states.open('s'), { offset: 30, newest: false })
  assert.equal(stage('s').value, 3)
  const text = await meter.expose()
  assert.match(text, /telltale_snapshots_skipped_total\{code="STATE_DAMAGED"\} 2/)
  assert.match(text, /telltale_snapshots_skipped_total\{code="STATE_SCHEMA"\} 1/)
})

test('a full disk is counted and reported, never thrown', async () => {
  const { states, store, meter } = setUp()
  await states.open('s')
  store.failing = true
  assert.equal(await states.checkpoint('s', 1), false)
  assert.match(await meter.expose(), /telltale_snapshots_failed_total 1/)
})
