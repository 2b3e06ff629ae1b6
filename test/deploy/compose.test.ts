import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { rootConfig } from '../../src/registry.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

interface Service {
  readonly build?: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
}
const services = (): Record<string, Service> =>
  (parse(read('docker-compose.yml')) as { services: Record<string, Service> }).services

function composeMissing(): string | false {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'the docker client here has no compose'
  }
}

test('docker compose accepts the file', { skip: composeMissing() }, () => {
  execFileSync('docker', ['compose', '--profile', 'demo', 'config', '--quiet'], { cwd: ROOT })
})

test('the parts the stack is made of are there, and what they mount exists', () => {
  const all = services()
  for (const name of ['telltale', 'kafka', 'otel-collector', 'prometheus', 'alertmanager', 'grafana']) {
    assert.ok(name in all, name)
  }
  for (const [name, { volumes = [] }] of Object.entries(all)) {
    for (const volume of volumes.filter((v) => v.startsWith('.'))) {
      assert.ok(existsSync(join(ROOT, volume.split(':')[0]!)), `${name} mounts ${volume}`)
    }
  }
})

test('the stack publishes on loopback only, and every image is pinned', () => {
  for (const [name, { ports = [], image = '' }] of Object.entries(services())) {
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name)
    assert.match(image, /:[\w.]+$/)
    assert.doesNotMatch(image, /:latest$/)
  }
})

test('the configuration of telltale in the stack is valid', () => {
  const file = join(ROOT, 'deploy/compose/telltale.yaml')
  const { config } = loadConfig(rootConfig, { file, env: {} })
  assert.equal(config.sinks.outputs['alertmanager']?.type, 'alertmanager')
})

test('the image runs as nobody in particular and checks its health by its own binary', () => {
  const dockerfile = read('Dockerfile')
  const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '))
  assert.match(last, /^USER 65532:65532$/m)
  assert.match(last, /^HEALTHCHECK .* CMD \["\/app\/bin\/telltale", "health"\]$/m)
  assert.match(last, /^ENTRYPOINT \["\/app\/bin\/telltale"\]$/m)
  const env = Object.fromEntries([...last.matchAll(/(TELLTALE_\w+)=(\S+)/g)].map(([, k, v]) => [k, v]))
  const { config, warnings } = loadConfig(rootConfig, { env })
  assert.deepEqual(warnings, [])
  assert.equal(config.admin.listen, '0.0.0.0:9464')
})

test('what the image copies from the checkout is in the build context', () => {
  const ignore = read('.dockerignore').split('\n')
  for (const [, sources] of read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const source of sources!.split(' ')) {
      assert.ok(existsSync(join(ROOT, source)), source)
      assert.ok(ignore.includes(`!${source.replace('./', '')}`), `${source} is ignored`)
    }
  }
})

test('every YAML and JSON file under deploy parses', () => {
  const files = globSync('deploy/**/*.{yaml,json}', { cwd: ROOT }).filter((f) => !f.includes('/templates/'))
  assert.ok(files.length > 5)
  for (const file of files) assert.doesNotThrow(() => parse(read(file), { logLevel: 'silent' }), file)
})
