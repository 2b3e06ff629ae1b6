import type { Clock } from '../../core/clock.ts'
import type { Finding } from '../../core/finding.ts'
import type { Feedback, FeedbackVerdict } from './feedback.ts'
import { type Silences, silenceRequest } from './silences.ts'

export interface FeedbackParts {
  readonly feedback: Feedback
  readonly silences: Silences
  readonly clock: Clock
  /** A finding that is still kept. */
  readonly finding: (id: string) => Finding | undefined
}

/** What the API calls; checks what people send. */
export function feedbackView({ feedback, silences, clock, finding }: FeedbackParts) {
  return {
    async feedback(id: string, verdict: FeedbackVerdict): Promise<unknown> {
      const known = finding(id)
      return known === undefined ? null : feedback.record(known, verdict)
    },
    feedbacks: () => feedback.list(),
    silences: () => silences.list(clock.nowMs()),
    async addSilence(request: unknown): Promise<{ silence: unknown } | { problems: readonly string[] }> {
      const parsed = silenceRequest.safeParse(request)
      if (!parsed.success) {
        return { problems: parsed.error.issues.map((i) => `${i.path.join('.') || 'body'}: ${i.message}`) }
      }
      const silence = await silences.add(parsed.data, clock.nowMs())
      return silence === null ? { problems: ['there are too many silences; remove some'] } : { silence }
    },
    removeSilence: (id: string) => silences.remove(id),
  }
}
