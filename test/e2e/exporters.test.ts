import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Daemon, startDaemon, until } from '../support/daemon.ts'
import { exportLogs, exportMetrics, exportSpans, PROTOCOLS } from './exporters.ts'
import { metric } from './scrape.ts'

let daemon: Daemon
before(async () => {
  daemon = await startDaemon()
})
after(async () => {
  await daemon?.stop()
})

const rowsBecome = (signal: string, rows: number): Promise<true> =>
  until(
    async () => (await metric(daemon, 'telltale_rows_total', { signal })) === rows,
    5000,
    `${rows} rows of ${signal}`,
  )

for (const protocol of PROTOCOLS) {
  test(`the JavaScript exporters deliver logs, spans and metrics over ${protocol}`, async () => {
    const [logs, spans, metrics] = await Promise.all(
      ['logs', 'spans', 'metrics'].map((signal) => metric(daemon, 'telltale_rows_total', { signal })),
    )
    await exportLogs(daemon, protocol, [
      { body: 'one' },
      { body: 'two', attributes: { n: 2 } },
      { body: 'three' },
    ])
    await rowsBecome('logs', logs! + 3)
    await exportSpans(daemon, protocol, 7)
    await rowsBecome('spans', spans! + 7)
    await exportMetrics(daemon, protocol, 5)
    await rowsBecome('metrics', metrics! + 5)
    assert.equal(await metric(daemon, 'telltale_refusals_total'), 0)
    assert.equal(await metric(daemon, 'telltale_rows_rejected_total'), 0)
  })
}
