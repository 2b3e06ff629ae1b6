import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CACHE_FOLDER } from './cache-folder.ts'

/** What `scripts/build-helm.sh` builds, outside the tree. */
const BUILT = join(CACHE_FOLDER, 'helm-v3.21.4/helm')
const CHART = join(import.meta.dirname, '../../deploy/helm/telltale')

function onPath(): boolean {
  try {
    execFileSync('helm', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const binary = onPath() ? 'helm' : existsSync(BUILT) ? BUILT : null

/** Why tests with Helm are skipped, or false. */
export const helmMissing = binary === null ? 'no helm; scripts/build-helm.sh builds it with Go' : false

/** What the chart renders with these values, under the names that kustomize gives. */
export function helmTemplate(values: string): string {
  return execFileSync(binary!, ['template', 'telltale', CHART, '-n', 'telltale', '--set', values], {
    encoding: 'utf8',
  })
}
