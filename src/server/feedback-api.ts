import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/** What people may say; the app binds it to the running parts. Bodies are checked by whoever takes them. */
export interface FeedbackView {
  /** @returns what came of it, null when the finding is not known any more */
  feedback(id: string, verdict: 'useful' | 'noise'): Promise<unknown>
  feedbacks(): unknown
  silences(): unknown
  /** @returns the silence, or the problems of the request, one a line */
  addSilence(request: unknown): Promise<{ silence: unknown } | { problems: readonly string[] }>
  /** @returns false when there is none of this id */
  removeSilence(id: string): Promise<boolean>
}

const feedbackBody = z.strictObject({ verdict: z.enum(['useful', 'noise']) })

/** `POST /api/v1/findings/{id}/feedback`, `GET /api/v1/feedback`, and `/api/v1/silences`. */
export function addFeedbackApi(server: FastifyInstance, view: FeedbackView): void {
  server.post<{ Params: { id: string } }>('/api/v1/findings/:id/feedback', async (request, reply) => {
    const body = feedbackBody.safeParse(request.body)
    if (!body.success) {
      return reply.code(400).send({ error: 'expected {"verdict": "useful"} or {"verdict": "noise"}' })
    }
    const result = await view.feedback(request.params.id, body.data.verdict)
    return result ?? reply.code(404).send({ error: 'no such finding among those kept' })
  })
  server.get('/api/v1/feedback', async () => ({ feedback: view.feedbacks() }))
  server.get('/api/v1/silences', async () => ({ silences: view.silences() }))
  server.post('/api/v1/silences', async (request, reply) => {
    const result = await view.addSilence(request.body)
    if ('problems' in result) {
      return reply.code(400).send({ error: 'bad silence', problems: result.problems })
    }
    return reply.code(201).send(result.silence)
  })
  server.delete<{ Params: { id: string } }>('/api/v1/silences/:id', async (request, reply) => {
    const removed = await view.removeSilence(request.params.id)
    return removed ? reply.code(204).send() : reply.code(404).send({ error: 'no such silence' })
  })
}
