import { describe } from 'node:test'
import { collectorCases } from './collector.cases.ts'
import { gatewayCases } from './gateway.cases.ts'
import { killsCases } from './kills.cases.ts'
import { secureCases } from './secure.cases.ts'
import { snapshotCases } from './snapshot.cases.ts'
import { troubleCases } from './trouble.cases.ts'

/** Everything that needs a real broker: in one process, so that one serves it all, and a few at once, because most wait. */
describe('with a broker', { concurrency: 4 }, () => {
  for (const client of ['kafkajs', 'rdkafka'] as const) {
    killsCases(client)
    troubleCases(client)
    secureCases(client)
  }
  snapshotCases()
  collectorCases()
  gatewayCases()
})
