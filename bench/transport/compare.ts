import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { cpuSeconds } from '../e2e/cpu-time.ts'
import type { LivePayload } from '../e2e/live-payload.ts'
import type { Sender } from '../e2e/sender.ts'

/** Requests per CPU second of transport servers, side by side: rounds are interleaved, so that a busy machine hits all. */

export interface Peer {
  readonly name: string
  /** Argument of server.ts. */
  readonly kind: string
}

interface Running extends Peer {
  readonly child: ChildProcess
  readonly senders: readonly Sender[]
  readonly perCpuSecond: number[]
}

const ROUNDS = 5

async function start(peer: Peer, connections: number, connect: (port: number) => Sender): Promise<Running> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [peer.kind], {
    execArgv: ['--conditions=telltale-source'],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const senders = Array.from({ length: connections }, () => connect(port))
  for (const sender of senders) await sender.open()
  return { ...peer, child, senders, perCpuSecond: [] }
}

async function send(running: Running, payload: LivePayload, requests: number): Promise<void> {
  let left = requests
  const pump = async (sender: Sender): Promise<void> => {
    while (left-- > 0) {
      const status = await sender.send(payload)
      if (status !== 200) throw new Error(`${running.name} answered ${status}`)
    }
  }
  await Promise.all(running.senders.map(pump))
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** Prints a table; the ratio is of medians, against the last peer. */
export async function compare(
  title: string,
  peers: readonly Peer[],
  payload: LivePayload,
  requests: number,
  connections: number,
  connect: (port: number) => Sender,
): Promise<void> {
  const all = await Promise.all(peers.map((peer) => start(peer, connections, connect)))
  for (const running of all) await send(running, payload, requests)
  for (let round = 0; round < ROUNDS; round++) {
    for (const running of all) {
      const before = cpuSeconds(running.child.pid!)
      await send(running, payload, requests)
      running.perCpuSecond.push(requests / (cpuSeconds(running.child.pid!) - before))
    }
  }
  const base = median(all.at(-1)!.perCpuSecond)
  const bytes = payload.bytes.length
  console.log(
    `\n${title}: ${payload.records} records, ${(bytes / 1024).toFixed(0)} KiB a request, ${connections} connections`,
  )
  for (const { name, perCpuSecond, child, senders } of all) {
    const rate = median(perCpuSecond)
    const records = ((rate * payload.records) / 1e6).toFixed(2)
    console.log(
      `  ${name.padEnd(32)} ${rate.toFixed(0).padStart(7)} requests and ${records} M records per CPU second, ` +
        `${(1e6 / rate).toFixed(0)} µs a request, ${(rate / base).toFixed(2)} times`,
    )
    for (const sender of senders) sender.close()
    child.disconnect()
  }
}
