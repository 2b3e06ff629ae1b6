import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { rootConfig } from '../../src/registry.ts'
import { helmMissing, helmTemplate } from '../support/helm.ts'
import { asLiteral, assertSchemas, type Manifest } from '../support/kubernetes-schema.ts'
import { compilerProblems } from '../support/literal-types.ts'

const ROOT = join(import.meta.dirname, '../..')

type Json = { [key: string]: unknown }

function missing(command: string, ...args: string[]): string | false {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return false
  } catch {
    return `no ${command} on this machine`
  }
}

const parse = (text: string): Manifest[] =>
  parseAllDocuments(text)
    .map((d) => d.toJS() as Manifest | null)
    .filter((d) => d !== null)

const kustomized = (overlay: string): Manifest[] =>
  parse(
    execFileSync('kubectl', ['kustomize', `deploy/kubernetes/overlays/${overlay}`], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  )

const helmed = (mode: string): Manifest[] => parse(helmTemplate(`mode=${mode},serviceMonitor=true`))

const contains = (labels: Json, wanted: Json): boolean =>
  Object.keys(wanted).length > 0 && Object.entries(wanted).every(([k, v]) => labels[k] === v)

function assertSound(all: readonly Manifest[], workloadKind: string): void {
  const of = (kind: string) => all.filter((m) => m.kind === kind)
  const [workload, ...others] = all.filter((m) => m.kind === 'Deployment' || m.kind === 'StatefulSet')
  assert.equal(workload?.kind, workloadKind)
  assert.equal(others.length, 0)
  const spec = workload!.spec as {
    selector: { matchLabels: Json }
    template: { metadata: { labels: Json }; spec: Json }
    serviceName?: string
    volumeClaimTemplates?: { metadata: { name: string } }[]
  }
  const labels = spec.template.metadata.labels
  assert.ok(contains(labels, spec.selector.matchLabels))
  const pod = spec.template.spec
  const podSecurity = pod['securityContext'] as Json
  assert.equal(podSecurity['runAsNonRoot'], true)
  assert.deepEqual(podSecurity['seccompProfile'], { type: 'RuntimeDefault' })
  assert.equal(pod['enableServiceLinks'], false)
  const container = (pod['containers'] as Json[])[0]!
  assert.deepEqual(container['securityContext'], {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  })
  const ports = new Set((container['ports'] as { name: string }[]).map((p) => p.name))
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const { httpGet } = container[probe] as { httpGet: { path: string; port: string } }
    assert.ok(['/livez', '/readyz'].includes(httpGet.path) && ports.has(httpGet.port), probe)
  }
  const { requests, limits } = container['resources'] as { requests: Json; limits: Json }
  assert.ok(requests['cpu'] && requests['memory'] && limits['memory'])
  const volumes = new Set([
    ...((pod['volumes'] ?? []) as { name: string }[]).map((v) => v.name),
    ...(spec.volumeClaimTemplates ?? []).map((v) => v.metadata.name),
  ])
  for (const { name } of container['volumeMounts'] as { name: string }[]) assert.ok(volumes.has(name), name)
  for (const service of of('Service')) {
    assert.ok(contains(labels, service.spec!['selector'] as Json), service.metadata.name)
    for (const { targetPort } of service.spec!['ports'] as { targetPort: string }[])
      assert.ok(ports.has(targetPort))
  }
  if (spec.serviceName !== undefined) {
    assert.ok(
      of('Service').some((s) => s.metadata.name === spec.serviceName && s.spec!['clusterIP'] === 'None'),
    )
  }
  for (const kind of ['PodDisruptionBudget', 'ServiceMonitor']) {
    const [policy] = of(kind)
    const { matchLabels } = policy!.spec!['selector'] as { matchLabels: Json }
    assert.ok(
      contains(kind === 'ServiceMonitor' ? (of('Service')[0]!.metadata.labels ?? {}) : labels, matchLabels),
      kind,
    )
  }
  const { scaleTargetRef } = of('HorizontalPodAutoscaler')[0]!.spec as { scaleTargetRef: Json }
  assert.deepEqual(scaleTargetRef, {
    apiVersion: 'apps/v1',
    kind: workloadKind,
    name: workload!.metadata.name,
  })
  const map = of('ConfigMap')[0]!
  const mounted = (pod['volumes'] as { configMap?: { name: string } }[]).map((v) => v.configMap?.name)
  assert.ok(mounted.includes(map.metadata.name), 'the configuration is not mounted')
  const file = join(mkdtempSync(join(tmpdir(), 'telltale-k8s-')), 'telltale.yaml')
  writeFileSync(file, map.data!['telltale.yaml']!)
  assert.deepEqual(loadConfig(rootConfig, { file, env: {} }).warnings, [])
}

/** What the package tools add of their own: labels, namespace, checksums and hashes that make pods follow the configuration. */
function withoutPackaging(manifests: readonly Manifest[]): Record<string, unknown> {
  const ADDED = /^(app\.kubernetes\.io\/(instance|managed-by|version)|checksum\/config|namespace)$/
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/^telltale-[a-z0-9]{10}$/, 'telltale')
    if (Array.isArray(value)) return value.map(plain)
    if (value === null || typeof value !== 'object') return value
    const kept = Object.entries(value).filter(([key]) => !ADDED.test(key))
    return Object.fromEntries(
      kept.map(([key, v]) => [key, plain(v)]).filter(([, v]) => JSON.stringify(v) !== '{}'),
    )
  }
  const same = manifests.filter((m) => m.kind !== 'Namespace' && m.kind !== 'ConfigMap')
  return Object.fromEntries(same.map((m) => [`${m.kind} ${m.metadata.name}`, plain(m)]))
}

const noKubectl = missing('kubectl', 'version', '--client')

for (const [overlay, kind] of [
  ['gateway', 'Deployment'],
  ['kafka', 'StatefulSet'],
] as const) {
  test(`the ${overlay} overlay fits the schemas of Kubernetes, is locked down, with a valid configuration`, {
    skip: noKubectl,
  }, async () => {
    const manifests = kustomized(overlay)
    await assertSchemas(manifests)
    assertSound(manifests, kind)
  })
  test(`the Helm chart renders the same in mode ${overlay}`, { skip: noKubectl || helmMissing }, async () => {
    const manifests = helmed(overlay)
    await assertSchemas(manifests)
    assertSound(manifests, kind)
    assert.deepEqual(withoutPackaging(manifests), withoutPackaging(kustomized(overlay)))
  })
}

test('a field that Kubernetes does not know is told, however deep', { skip: noKubectl }, () => {
  const manifests = kustomized('gateway')
  const deployment = manifests.find((m) => m.kind === 'Deployment')!
  const { containers } = (deployment.spec!['template'] as { spec: { containers: Json[] } }).spec
  containers[0]!['livenesProbe'] = {}
  assert.match(compilerProblems([asLiteral(deployment)]), /livenesProbe/)
})

test('the systemd unit validates before it starts, and is hardened', () => {
  const unit = readFileSync(join(ROOT, 'deploy/systemd/telltale.service'), 'utf8')
  const has = (line: string) => assert.ok(unit.split('\n').includes(line), line)
  has('ExecStartPre=/usr/bin/telltale validate --config /etc/telltale/telltale.yaml')
  for (const line of [
    'DynamicUser=yes',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'CapabilityBoundingSet=',
  ])
    has(line)
})
