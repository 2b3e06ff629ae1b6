import type { ScanContext } from '../scan-context.ts'

type FileFormat = ScanContext['format']

const FORMATS: readonly (readonly [RegExp, FileFormat])[] = [
  [/(?:^|\/)\.?env(?:\.[\w.-]+)?$|\.env$/i, 'env'],
  [/\.ya?ml$/i, 'yaml'],
  [/\.(?:json|jsonc|json5|ipynb|tfstate)$/i, 'json'],
  [/\.(?:log|jsonl|ndjson|out|err|trace)(?:\.\d+)?$/i, 'log'],
  [
    /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|kts|scala|cs|fs|vb|php|swift|m|mm|c|h|cc|cpp|cxx|hpp|pl|pm|lua|r|jl|ex|exs|erl|hs|clj|groovy|gradle|sh|bash|zsh|fish|ps1|bat|cmd|sql|tf|hcl|dart|vue|svelte)$/i,
    'source',
  ],
]

/** Folders and names that belong to tests, by the habits of the common languages. */
const TEST_FILE =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|spec|specs|testdata|fixtures?|mocks?|examples?)\/|(?:^|\/)(?:test_[^/]*|[^/]*[._-](?:test|tests|spec|mock|fixture))\.\w+$|(?:^|\/)\w*(?:Test|Tests|Spec|IT)\.(?:java|kt|cs|scala|groovy)$/

/** What a file's name says about its content. @param path `/` between parts */
export function contextOf(path: string): ScanContext {
  const format = FORMATS.find(([pattern]) => pattern.test(path))?.[1] ?? 'text'
  return { name: null, format, testFile: TEST_FILE.test(path) }
}
