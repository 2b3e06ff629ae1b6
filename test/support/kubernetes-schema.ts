import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Manifests against the whole schemas of the Kubernetes API and of the Prometheus Operator, as kubernetes-models
 * generates them from their OpenAPI documents: its validators for types, formats and what must be there, and its types,
 * by the TypeScript compiler, for fields that do not exist, which OpenAPI lets pass.
 */

const ROOT = join(import.meta.dirname, '../..')
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
  assert.equal(compilerProblems(manifests), '')
}

/** What the compiler says of the manifests as literals of their types. */
export function compilerProblems(manifests: readonly Manifest[]): string {
  // within the tree, so that the packages resolve; ignored by git
  const cache = join(ROOT, 'node_modules/.cache/telltale')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'manifests-'))
  const lines = manifests.flatMap((manifest, i) => [
    `import type { I${manifest.kind} as T${i} } from '${moduleOf(manifest)}'`,
    `export const m${i}: T${i} = ${JSON.stringify(manifest, null, 1)}`,
  ])
  writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'))
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--ignoreConfig',
    '--types',
    '',
  ]
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), [...options, join(folder, 'manifests.ts')], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return ''
  } catch (error) {
    return String((error as { stdout: string }).stdout)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
