import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/** What the app lets people hear of what flows; records are masked by whoever makes them. */
export interface TapView {
  /** @returns ends it */
  listen(
    filter: { readonly signal?: string; readonly service?: string; readonly perSecond: number },
    hear: (record: unknown) => void,
  ): () => void
}

const tapQuery = z.strictObject({
  signal: z.enum(['logs', 'spans', 'metrics']).optional(),
  service: z.string().max(256).optional(),
  rate: z.coerce.number().min(0.1).max(50).default(5),
  seconds: z.coerce.number().int().min(1).max(3600).default(60),
})

const LISTENERS_MAX = 4
/** A listener that reads slower than this much behind misses records. */
const BEHIND_BYTES = 64 * 1024
/** An empty line now and then shows that the other side is still there. */
const BEAT_MS = 5000

/** `GET /api/v1/tap`: JSON lines, a masked sample of what flows, for a bounded time. */
export function addTapApi(server: FastifyInstance, view: TapView): void {
  const open = new Set<() => void>()
  server.get('/api/v1/tap', (request, reply) => {
    const query = tapQuery.safeParse(request.query)
    if (!query.success) {
      const problems = query.error.issues.map((i) => `${i.path.join('.') || 'query'}: ${i.message}`)
      return reply.code(400).send({ error: 'bad query', problems })
    }
    if (open.size >= LISTENERS_MAX) return reply.code(429).send({ error: `${LISTENERS_MAX} listen already` })
    const { signal, service, rate, seconds } = query.data
    reply.hijack()
    const out = reply.raw
    out.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    out.write('\n')
    const filter = {
      perSecond: rate,
      ...(signal !== undefined && { signal }),
      ...(service !== undefined && { service }),
    }
    const unhear = view.listen(filter, (record) => {
      if (out.writableLength < BEHIND_BYTES) out.write(`${JSON.stringify(record)}\n`)
    })
    const beat = setInterval(() => out.write('\n'), BEAT_MS)
    const end = setTimeout(() => finish(), seconds * 1000)
    const finish = (): void => {
      if (!open.delete(finish)) return
      clearInterval(beat)
      clearTimeout(end)
      unhear()
      out.end()
    }
    open.add(finish)
    out.on('close', finish)
    out.on('error', finish)
    return reply
  })
  server.addHook('preClose', async () => {
    for (const finish of [...open]) finish()
  })
}
