import type { TelltaleError } from './errors.ts'

/** What became of a batch. Kafka commits on `done`; OTLP answers 200, 503 + Retry-After, or 400. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly cause: TelltaleError }
  | { readonly kind: 'refused'; readonly cause: TelltaleError }

export const DONE: Outcome = { kind: 'done' }
