import type { SimSignal } from './event.ts'

/** Where requests go. One request at a time per call; calls may overlap. */
export interface Output {
  /** How the output wants its requests encoded. */
  readonly format: 'protobuf' | 'json'
  /** For the progress line, e.g. `OTLP/HTTP http://127.0.0.1:4318`. */
  readonly target: string
  send(signal: SimSignal, request: Uint8Array): Promise<Sent>
  close(): Promise<void>
}

/** What the receiver made of a request. */
export type Sent =
  | { readonly kind: 'accepted'; readonly rejected: number }
  /** Send the same again after `afterMs`; null when the receiver did not say. */
  | { readonly kind: 'retry'; readonly afterMs: number | null; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
