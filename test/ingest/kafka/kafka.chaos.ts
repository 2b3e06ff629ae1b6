import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { brokerSkipReason, startBroker } from '../../support/kafka/broker.ts'
import {
  filesOf,
  finalStates,
  foundIn,
  handedOver,
  killed,
  start,
  startTraffic,
  undisturbed,
  untilRead,
} from '../../support/kafka/chaos.ts'
import { newFolder, removeFolder } from '../../support/kafka/consumer-daemon.ts'
import { brokerAddress, skip } from '../../support/kafka/with-broker.ts'

/** `npm run test:kafka-chaos`: minutes of kills. TELLTALE_CHAOS_KILLS and _HAND_OVERS change how many. */

const KILLS = Number(process.env['TELLTALE_CHAOS_KILLS'] ?? 20)
const HAND_OVERS = Number(process.env['TELLTALE_CHAOS_HAND_OVERS'] ?? 5)
const timeout = 900_000

test('findings after many kill -9 at random moments are those of an undisturbed run', {
  skip,
  timeout,
}, async (t) => {
  const stage = await startTraffic(await brokerAddress(), 30)
  const found = await killed(stage, KILLS, stage.written)
  const calm = await undisturbed(stage)
  t.diagnostic(
    `${KILLS} kills: ${found.said.size} said, ${calm.said.size} undisturbed, ${found.doubled} doubled`,
  )
  assert.ok(calm.said.size > 20)
  assert.deepEqual([...found.said].sort(), [...calm.said].sort())
  assert.deepEqual(found.states, calm.states, 'detector state to the last bit')
})

test('findings of two instances, one of which joins and leaves, are those of an undisturbed run', {
  skip,
  timeout,
}, async (t) => {
  const stage = await startTraffic(await brokerAddress(), 60)
  const found = await handedOver(stage, HAND_OVERS, stage.written)
  const calm = await undisturbed(stage)
  t.diagnostic(
    `${HAND_OVERS} hand-overs there and back: ${found.said.size} said, ${calm.said.size} undisturbed, ${found.doubled} doubled, ${found.cold} of ${found.starts} starts cold`,
  )
  assert.deepEqual([...found.said].sort(), [...calm.said].sort())
  assert.deepEqual(found.states, calm.states, 'detector state to the last bit')
  assert.equal(found.doubled, 0)
})

test('findings after the broker was killed and started again are those of an undisturbed run', {
  skip: brokerSkipReason() ?? false,
  timeout,
}, async (t) => {
  let broker = await startBroker()
  t.after(() => broker.stop())
  const stage = await startTraffic(broker.address, 60)
  const folder = newFolder()
  const groupId = randomUUID()
  const daemon = await start(stage, groupId, folder)
  for (let i = 0; i < 2; i++) {
    await sleep(6000)
    await broker.kill()
    await sleep(3000)
    broker = await broker.restart()
  }
  await stage.written
  await untilRead(stage, groupId)
  await daemon.stop()
  const found = { ...foundIn(folder), states: await finalStates(filesOf(folder), stage.topic) }
  removeFolder(folder)
  const calm = await undisturbed(stage)
  t.diagnostic(`${found.said.size} said, ${calm.said.size} undisturbed, ${found.doubled} doubled`)
  assert.deepEqual([...found.said].sort(), [...calm.said].sort())
  assert.deepEqual(found.states, calm.states, 'detector state to the last bit')
  assert.equal(found.doubled, 0)
})
