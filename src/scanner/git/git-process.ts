import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { TelltaleError } from '../../core/errors.ts'

/**
 * Runs git's plumbing on a repository that may be hostile: nothing its configuration or attributes name is ever started
 * (hooks, file-system monitors, text converters, external diffs, filters, pagers, signature checkers, transports), no
 * object is fetched, nothing is written.
 */
const NEUTRAL: readonly string[] = [
  'safe.directory=*',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.pager=cat',
  'core.alternateRefsCommand=true',
  'core.sshCommand=false',
  'core.askPass=',
  'credential.helper=',
  'diff.external=',
  'diff.trustExitCode=false',
  'log.showSignature=false',
  'gpg.program=false',
  'protocol.allow=never',
  'submodule.recurse=false',
  'uploadpack.packObjectsHook=',
]

/** The environment git runs in. @param keep names git's hooks set and a scan of the index needs */
export function gitEnvironment(env: NodeJS.ProcessEnv, keep: readonly string[] = []): NodeJS.ProcessEnv {
  const out: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith('GIT_') || keep.includes(name)) out[name] = value
  }
  return {
    ...out,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_ALLOW_PROTOCOL: '',
    GIT_PAGER: 'cat',
  }
}

export class GitRepository {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv

  constructor(folder: string, env: NodeJS.ProcessEnv, keep: readonly string[] = []) {
    this.#folder = folder
    this.#env = gitEnvironment(env, keep)
  }

  spawn(args: readonly string[]): ChildProcessWithoutNullStreams {
    const neutral = NEUTRAL.flatMap((setting) => ['-c', setting])
    return spawn('git', ['--no-pager', '--literal-pathspecs', ...neutral, '-C', this.#folder, ...args], {
      env: this.#env,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  }

  /**
   * Standard output of a command, in pieces.
   * @param input what it reads, in pieces
   * @throws TelltaleError INPUT_UNREADABLE when git is missing or fails; git's own words are in `detail`
   */
  async *output(
    args: readonly string[],
    input?: AsyncIterable<string> | Iterable<string>,
  ): AsyncGenerator<Buffer> {
    const git = this.spawn(args)
    let words = ''
    git.stderr.on('data', (piece: Buffer) => {
      if (words.length < 2000) words += piece.toString('utf8')
    })
    const ended = Promise.withResolvers<number | Error>()
    git.once('error', (error) => ended.resolve(error))
    git.once('close', (status) => ended.resolve(status ?? 1))
    git.stdin.on('error', () => {})
    const fed = feed(git, input).then(
      () => null,
      (error: unknown) => ({ error }),
    )
    try {
      for await (const piece of git.stdout) yield piece as Buffer
      const status = await ended.promise
      // What went wrong with the input is the cause of what went wrong with its reader.
      const broken = await fed
      if (broken !== null) throw broken.error
      if (status !== 0) throw failure(args[0]!, status, words)
    } finally {
      if (git.exitCode === null) git.kill()
    }
  }

  /** All of a command's output. */
  async text(args: readonly string[]): Promise<string> {
    const pieces: Buffer[] = []
    for await (const piece of this.output(args)) pieces.push(piece)
    return Buffer.concat(pieces).toString('utf8')
  }
}

async function feed(
  git: ChildProcessWithoutNullStreams,
  input: AsyncIterable<string> | Iterable<string> | undefined,
): Promise<void> {
  try {
    if (input !== undefined) {
      for await (const piece of input) {
        if (!git.stdin.write(piece)) {
          const { promise, resolve } = Promise.withResolvers<void>()
          git.stdin.once('drain', resolve)
          git.once('close', () => resolve())
          await promise
        }
      }
    }
  } finally {
    git.stdin.end()
  }
}

function failure(command: string, status: number | Error, words: string): TelltaleError {
  if (status instanceof Error) {
    const missing = (status as NodeJS.ErrnoException).code === 'ENOENT'
    return new TelltaleError(
      'INPUT_UNREADABLE',
      missing ? 'git is not installed' : `git ${command} could not run`,
    )
  }
  const line = words.split('\n').find((text) => text.startsWith('fatal:')) ?? ''
  return new TelltaleError(
    'INPUT_UNREADABLE',
    `git ${command} failed (exit ${status})${line === '' ? '' : `: ${line.slice(7, 200)}`}`,
  )
}
