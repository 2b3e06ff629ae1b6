import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handedOver, killed, startTraffic, undisturbed } from '../../support/kafka/chaos.ts'
import { brokerAddress, type Client, skipOf } from '../../support/kafka/with-broker.ts'

export function killsCases(client: Client): void {
  test(`killed at random moments or handed to another instance and back, the group finds what an undisturbed run finds, with ${client}`, {
    skip: skipOf(client),
    timeout: 180_000,
  }, async (t) => {
    const stage = await startTraffic(await brokerAddress(), 200, client)
    const [disturbed, pair, calm] = await Promise.all([
      killed(stage, 3, stage.written),
      handedOver(stage, 1, stage.written),
      undisturbed(stage, stage.written),
    ])
    t.diagnostic(
      `${calm.said.size} said; doubled by kills ${disturbed.doubled}, by hand-overs ${pair.doubled} in ${pair.starts} starts, ${pair.cold} cold`,
    )
    assert.ok(calm.said.size > 20, 'there is something to find')
    assert.deepEqual([...disturbed.said].sort(), [...calm.said].sort())
    assert.deepEqual([...pair.said].sort(), [...calm.said].sort())
    assert.deepEqual(disturbed.states, calm.states, 'to the last bit')
    assert.deepEqual(pair.states, calm.states)
    assert.equal(pair.doubled, 0)
    assert.equal(pair.cold, 3, 'only the first start of each partition is cold')
  })
}
