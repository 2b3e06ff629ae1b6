import type { TestContext } from 'node:test'
import { type Daemon, freePort, startDaemon } from '../daemon.ts'
import { OTLP } from '../otlp-proto.ts'

/** The daemon as a gateway, logs alone. */
export async function startGateway(t: TestContext, broker: string, topic: string): Promise<Daemon> {
  const ports = { http: await freePort(), grpc: await freePort(), admin: await freePort() }
  const listen = (port: number) => ({ listen: `127.0.0.1:${port}` })
  const otlp = { http: listen(ports.http), grpc: listen(ports.grpc) }
  const config = {
    ingest: { otlp, kafka: { brokers: [broker] } },
    gateway: { enabled: true, topics: { logs: topic }, timeout: '2s' },
  }
  const gateway = await startDaemon({ ports, config })
  t.after(() => gateway.stop())
  return gateway
}

/** Services of the resources in a message, in either encoding. */
export function servicesIn(value: Buffer): string[] {
  const request = (
    value[0] === 0x7b ? JSON.parse(value.toString()) : OTLP.logs.toObject(OTLP.logs.decode(value))
  ) as {
    resourceLogs: { resource: { attributes: { key: string; value: { stringValue: string } }[] } }[]
  }
  return request.resourceLogs.map(
    ({ resource }) => resource.attributes.find((a) => a.key === 'service.name')!.value.stringValue,
  )
}
