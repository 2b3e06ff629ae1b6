import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../../support/daemon.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../support/kafka/consumer-daemon.ts'
import {
  brokerAddress,
  committed,
  makeTopics,
  produce,
  skip,
  unique,
} from '../../support/kafka/with-broker.ts'

/** Snapshots that cannot be read or written: the same whichever client reads the topics. */

const timeout = 120_000
const line = (i: number) => JSON.stringify({ ts: Date.now(), msg: `order ${i} taken`, app: 'shop' })
const fields = { time: 'ts', body: 'msg', service: 'app' }

export function snapshotCases(): void {
  test('a torn snapshot gives way to the one before, and both torn to a cold start at the committed offset', {
    skip,
    timeout,
  }, async () => {
    const broker = await brokerAddress()
    const topic = unique('torn')
    await makeTopics(broker, 1, topic)
    const groupId = randomUUID()
    const folder = newFolder()
    const topics = [{ topic, encoding: 'json', fields }]
    const run = async (from: number, to: number): Promise<string> => {
      await produce(
        broker,
        topic,
        Array.from({ length: to - from }, (_, i) => ({ value: line(i) })),
      )
      const daemon = await startConsumer({ broker, groupId, topics, folder })
      await until(async () => (await committed(broker, groupId, topic))[0] === to, 20_000, `committed ${to}`)
      await daemon.stop()
      return daemon.output
    }
    const snapshots = () =>
      readdirSync(join(folder, 'data/state'))
        .filter((name) => name.startsWith('kafka'))
        .map((name) => join(folder, 'data/state', name))
        .sort()
    await run(0, 10)
    await run(10, 20)
    writeFileSync(snapshots().at(-1)!, 'TTSNAP3\ntorn')
    const older = await run(20, 30)
    assert.match(older, /"code":"STATE_DAMAGED"/)
    assert.match(older, /"offset":10,"why":"resumed"/)
    for (const file of snapshots()) writeFileSync(file, 'TTSNAP3\ntorn')
    assert.match(await run(30, 40), /"offset":30,"why":"committed","state":"cold"/)
    removeFolder(folder)
  })

  test('while the disk is full nothing is committed and reading goes on; then the checkpoint follows', {
    skip,
    timeout,
  }, async (t) => {
    const folder = newFolder()
    const state = join(folder, 'data/state')
    mkdirSync(state, { recursive: true })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', state], { stdio: 'ignore' })
    } catch {
      t.skip('a small disk needs the right to mount a tmpfs')
      return
    }
    try {
      const broker = await brokerAddress()
      const topic = unique('full')
      await makeTopics(broker, 1, topic)
      await produce(
        broker,
        topic,
        Array.from({ length: 10 }, (_, i) => ({ value: line(i) })),
      )
      writeFileSync(join(state, 'filler'), Buffer.alloc(60 * 1024))
      const groupId = randomUUID()
      const topics = [{ topic, encoding: 'json', fields }]
      const daemon = await startConsumer({ broker, groupId, topics, folder })
      await until(
        async () => (await metric(daemon, 'telltale_snapshots_failed_total')) >= 2,
        20_000,
        'failures',
      )
      assert.equal(await metric(daemon, 'telltale_rows_total'), 10)
      assert.deepEqual(await committed(broker, groupId, topic), [0], 'where it began')
      assert.match(daemon.output, /"error":"ENOSPC"/)
      rmSync(join(state, 'filler'))
      await until(async () => (await committed(broker, groupId, topic))[0] === 10, 20_000, 'committed')
      await daemon.stop()
    } finally {
      execFileSync('umount', [state])
      removeFolder(folder)
    }
  })
}
