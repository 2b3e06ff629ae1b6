import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import protobuf from 'protobufjs/package.json' with { type: 'json' }
import { CACHE_FOLDER } from '../../test/support/cache-folder.ts'
import { OTLP_PROTO } from '../../test/support/otlp-proto.ts'

/** Version of the generator; it has majors of its own. */
const CLI = '2.7.1'

/**
 * `decode` of ExportLogsServiceRequest in code that `pbjs --target static-module` wrote for the same messages. The
 * generator is put into the cache folder once, with npm; null where that fails.
 */
export async function staticLogsDecode(): Promise<((bytes: Uint8Array) => unknown) | null> {
  const folder = join(CACHE_FOLDER, `pbjs-${CLI}-${protobuf.version}`)
  const pbjs = join(folder, 'node_modules/.bin/pbjs')
  mkdirSync(folder, { recursive: true })
  if (!existsSync(pbjs)) {
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    const packages = [`protobufjs@${protobuf.version}`, `protobufjs-cli@${CLI}`]
    spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...packages], {
      stdio: 'ignore',
    })
  }
  if (!existsSync(pbjs)) return null
  writeFileSync(join(folder, 'otlp.proto'), OTLP_PROTO)
  const made = spawnSync(
    pbjs,
    ['--target', 'static-module', '--wrap', 'es6', '--out', 'otlp.mjs', 'otlp.proto'],
    { cwd: folder },
  )
  if (made.status !== 0) return null
  const module = (await import(pathToFileURL(join(folder, 'otlp.mjs')).href)) as {
    readonly ExportLogsServiceRequest: { decode(bytes: Uint8Array): unknown }
  }
  return (bytes) => module.ExportLogsServiceRequest.decode(bytes)
}
