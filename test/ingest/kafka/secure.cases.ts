import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { until } from '../../support/daemon.ts'
import { metric, newFolder, removeFolder, startConsumer } from '../../support/kafka/consumer-daemon.ts'
import {
  type Client,
  makeTopics,
  ownBroker,
  ownSkipOf,
  produce,
  unique,
} from '../../support/kafka/with-broker.ts'

export function secureCases(client: Client): void {
  test(`a broker is read over TLS with SASL/SCRAM, and a wrong password is said without it, with ${client}`, {
    skip: ownSkipOf(client),
    timeout: 120_000,
  }, async (t) => {
    const { broker, secure } = await ownBroker()
    const topic = unique('secured')
    await makeTopics(broker.address, 1, topic)
    await produce(broker.address, topic, [{ value: 'one line' }, { value: 'and another' }])
    const start = (password: string, folder: string) =>
      startConsumer({
        broker: secure.address,
        groupId: randomUUID(),
        topics: [{ topic, encoding: 'text' }],
        folder,
        client,
        kafka: {
          tls: { ca: secure.ca },
          sasl: { mechanism: 'scram-sha-512', username: secure.user, password },
        },
      })
    const folder = newFolder()
    t.after(() => removeFolder(folder))
    const daemon = await start(secure.password, folder)
    await until(async () => (await metric(daemon, 'telltale_rows_total')) === 2, 20_000, 'two rows')
    assert.equal(await daemon.stop(), 0)
    const refused = await start('battery-staple-7', folder)
    await until(() => refused.output.includes('trying again'), 20_000, 'a word about it')
    await refused.stop()
    assert.doesNotMatch(refused.output, /battery-staple/)
  })
}
