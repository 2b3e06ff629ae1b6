import type { Candidate } from './match.ts'
import type { ValueShape } from './value-shape.ts'

/** Abstains; replaced by the trained one. */
export const abstain = (_candidate: Candidate, _shape: ValueShape): number | null => null
