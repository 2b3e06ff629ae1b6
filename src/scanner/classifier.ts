import { FEATURES, featuresOf } from './classifier-features.ts'
import type { Candidate } from './match.ts'
import model from './models/classifier.json' with { type: 'json' }
import type { ValueShape } from './value-shape.ts'

/** Stage 6: logistic regression, trained by bench/scanner/train-classifier.ts; weights are for unscaled features. */

const weights = Float64Array.from(model.weights)
const features = new Float64Array(FEATURES.length)

/** Probability that the candidate's text is a secret rather than a name, an id or a word. */
export function classify(candidate: Pick<Candidate, 'text' | 'nameKind'>, shape: ValueShape): number {
  featuresOf(features, candidate, shape)
  let z = 0
  for (let i = 0; i < weights.length; i++) z += weights[i]! * features[i]!
  return 1 / (1 + Math.exp(-z))
}
