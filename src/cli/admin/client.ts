import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { TelltaleError } from '../../core/errors.ts'

export interface AdminOptions {
  readonly admin: string
  readonly tokenFile?: string
}

/** Address and token of a running daemon, as options of a command. */
export function addAdminOptions(command: Command): Command {
  return command
    .option('--admin <url>', 'admin address of the daemon', 'http://127.0.0.1:9464')
    .option('--token-file <file>', 'file with the admin token; else TELLTALE_TOKEN of the environment')
}

const TIMEOUT_MS = 5000

/** Asks a running daemon. Errors name the address and never the token. */
export class AdminClient {
  readonly address: string
  readonly #base: string
  readonly #headers: Record<string, string>

  /** @throws TelltaleError USAGE for an address that is none, INPUT_UNREADABLE for the token's file */
  constructor(options: AdminOptions, env: Readonly<Record<string, string | undefined>>) {
    const url = addressOf(options.admin)
    this.address = url.host
    this.#base = url.href.replace(/\/$/, '')
    const token = tokenOf(options.tokenFile, env)
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  /** @throws TelltaleError ADMIN_UNREACHABLE, UNAUTHENTICATED */
  async get(path: string, accept = 'application/json'): Promise<string> {
    const response = await this.#ask(path, AbortSignal.timeout(TIMEOUT_MS), accept)
    return response.text().catch(() => this.#unreachable())
  }

  /** Lines as they come, until the daemon ends them or the signal fires. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const { body } = await this.#ask(path, signal, 'application/x-ndjson')
    if (body === null) return
    let rest = ''
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) if (line !== '') yield line
      }
    } catch {
      if (!signal.aborted) this.#unreachable()
    }
  }

  async #ask(path: string, signal: AbortSignal, accept: string): Promise<Response> {
    const headers = { ...this.#headers, accept }
    // a redirect would carry the token elsewhere
    const response = await fetch(this.#base + path, { headers, signal, redirect: 'error' }).catch(() => null)
    if (response === null) return this.#unreachable()
    if (response.status === 401) {
      throw new TelltaleError('UNAUTHENTICATED', `${this.address} asks for another token`)
    }
    if (!response.ok && path !== '/readyz') {
      throw new TelltaleError('ADMIN_UNREACHABLE', `${this.address} answered ${response.status}`)
    }
    return response
  }

  #unreachable(): never {
    throw new TelltaleError('ADMIN_UNREACHABLE', `nothing answers at ${this.address}`)
  }
}

function addressOf(text: string): URL {
  const url = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`)
  if (url === null)
    throw new TelltaleError('USAGE', '--admin: expected an address such as http://127.0.0.1:9464')
  return url
}

function tokenOf(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (file === undefined) return env['TELLTALE_TOKEN'] || undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new TelltaleError('INPUT_UNREADABLE', `--token-file: cannot read ${file}`)
  }
}
