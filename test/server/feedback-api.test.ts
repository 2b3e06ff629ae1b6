import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { addFeedbackApi } from '../../src/server/feedback-api.ts'
import { Feedback } from '../../src/sinks/feedback/feedback.ts'
import { feedbackView } from '../../src/sinks/feedback/feedback-view.ts'
import { Silences } from '../../src/sinks/feedback/silences.ts'
import { anomaly } from '../support/findings.ts'

function served() {
  const silences = new Silences(null)
  const server = fastify()
  addFeedbackApi(
    server,
    feedbackView({
      feedback: new Feedback(null),
      silences,
      clock: { nowMs: () => Date.parse('2026-01-01T00:00:00Z') },
      finding: (id) => (id === anomaly(1).id ? anomaly(1) : undefined),
    }),
  )
  return { server, silences }
}

test('feedback on a finding answers with what came of it', async () => {
  const { server } = served()
  const url = `/api/v1/findings/${anomaly(1).id}/feedback`
  const answer = await server.inject({ method: 'POST', url, payload: { verdict: 'noise' } })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.json().factor, 1.25)
  assert.equal((await server.inject('/api/v1/feedback')).json().feedback.length, 1)
  const bad = await server.inject({ method: 'POST', url, payload: { verdict: 'meh' } })
  assert.equal(bad.statusCode, 400)
  const gone = '/api/v1/findings/none/feedback'
  assert.equal(
    (await server.inject({ method: 'POST', url: gone, payload: { verdict: 'noise' } })).statusCode,
    404,
  )
})

test('a silence is made, listed and removed; a bad one names its problems', async () => {
  const { server, silences } = served()
  const url = '/api/v1/silences'
  const match = { labels: { 'service.name': 'checkout' } }
  const made = await server.inject({
    method: 'POST',
    url,
    payload: { match, until: '2026-01-02T00:00:00Z', comment: 'deploy' },
  })
  assert.equal(made.statusCode, 201)
  assert.equal(silences.covers(anomaly(1), Date.parse('2026-01-01T12:00:00Z')), true)
  assert.equal((await server.inject(url)).json().silences[0].comment, 'deploy')
  const bad = await server.inject({ method: 'POST', url, payload: { match: {}, until: 'soon' } })
  assert.equal(bad.statusCode, 400)
  assert.ok(bad.json().problems.some((p: string) => p.startsWith('until:')))
  assert.equal((await server.inject({ method: 'DELETE', url: `${url}/${made.json().id}` })).statusCode, 204)
  assert.equal((await server.inject({ method: 'DELETE', url: `${url}/${made.json().id}` })).statusCode, 404)
})
