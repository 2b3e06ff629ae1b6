import assert from 'node:assert/strict'
import { compilerProblems, type Literal } from './literal-types.ts'

/**
 * Manifests against the whole schemas of the Kubernetes API and of the Prometheus Operator, as kubernetes-models
 * generates them from their OpenAPI documents: its validators for types, formats and what must be there, and its types,
 * by the TypeScript compiler, for fields that do not exist, which OpenAPI lets pass.
 */

const PROMETHEUS = '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'

/** Module of a kind; API groups as kubernetes-models names them. */
const MODULES: Readonly<Record<string, string>> = {
  'v1 Namespace': 'kubernetes-models/v1/Namespace',
  'v1 Service': 'kubernetes-models/v1/Service',
  'v1 ServiceAccount': 'kubernetes-models/v1/ServiceAccount',
  'v1 ConfigMap': 'kubernetes-models/v1/ConfigMap',
  'apps/v1 Deployment': 'kubernetes-models/apps/v1/Deployment',
  'apps/v1 StatefulSet': 'kubernetes-models/apps/v1/StatefulSet',
  'policy/v1 PodDisruptionBudget': 'kubernetes-models/policy/v1/PodDisruptionBudget',
  'networking.k8s.io/v1 NetworkPolicy': 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
  'autoscaling/v2 HorizontalPodAutoscaler': 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler',
  'monitoring.coreos.com/v1 ServiceMonitor': `${PROMETHEUS}/ServiceMonitor`,
}

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Record<string, string>
  }
  readonly spec?: { [key: string]: unknown }
  readonly data?: Record<string, string>
}

function moduleOf({ apiVersion, kind }: Manifest): string {
  const module = MODULES[`${apiVersion} ${kind}`]
  assert.ok(module !== undefined, `no schema for ${apiVersion} ${kind}`)
  return module
}

/** For the compiler. */
export const asLiteral = (manifest: Manifest): Literal => ({
  module: moduleOf(manifest),
  type: `I${manifest.kind}`,
  value: manifest,
})

/** @throws AssertionError with everything the schemas have against them */
export async function assertSchemas(manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    const { [manifest.kind]: Model } = (await import(moduleOf(manifest))) as Record<
      string,
      new (
        data: Manifest,
      ) => { validate(): void }
    >
    const model = new Model!(manifest)
    assert.doesNotThrow(() => model.validate(), `${manifest.kind} ${manifest.metadata.name}`)
  }
  assert.equal(compilerProblems(manifests.map(asLiteral)), '')
}
