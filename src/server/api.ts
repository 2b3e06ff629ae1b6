import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Finding } from '../core/finding.ts'

/** What the API shows; the app binds it to the running parts. */
export interface ApiView {
  findings(filter: { kind?: string; state?: string; sinceMs?: number; limit: number }): Finding[]
  finding(id: string): Finding | undefined
  profiles(): unknown
  /** The busiest series and those with an open finding. */
  series(limit: number): Promise<unknown>
}

const findingsQuery = z.strictObject({
  kind: z.enum(['anomaly', 'secret', 'honeytoken']).optional(),
  state: z.enum(['open', 'update', 'resolved']).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
})

const seriesQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(20) })

/** `GET /api/v1/findings`, `/api/v1/findings/{id}`, `/api/v1/profiles`, `/api/v1/series`. */
export function addApi(server: FastifyInstance, view: ApiView): void {
  server.get('/api/v1/findings', async (request, reply) => {
    const query = findingsQuery.safeParse(request.query)
    if (!query.success) {
      const problems = query.error.issues.map((i) => `${i.path.join('.') || 'query'}: ${i.message}`)
      return reply.code(400).send({ error: 'bad query', problems })
    }
    const { kind, state, since, limit } = query.data
    return {
      findings: view.findings({
        limit,
        ...(kind !== undefined && { kind }),
        ...(state !== undefined && { state }),
        ...(since !== undefined && { sinceMs: Date.parse(since) }),
      }),
    }
  })
  server.get<{ Params: { id: string } }>('/api/v1/findings/:id', async (request, reply) => {
    const finding = view.finding(request.params.id)
    return finding ?? reply.code(404).send({ error: 'no such finding among those kept' })
  })
  server.get('/api/v1/profiles', async () => view.profiles())
  server.get('/api/v1/series', async (request, reply) => {
    const query = seriesQuery.safeParse(request.query)
    if (!query.success) return reply.code(400).send({ error: 'limit: expected 1 to 1000' })
    return { series: await view.series(query.data.limit) }
  })
}
