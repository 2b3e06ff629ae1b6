import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$XDG_STATE_HOME/telltale`, else `~/.local/state/telltale` (XDG base directory specification 0.8). */
export function defaultDataDir(env: Readonly<Record<string, string | undefined>>): string {
  const state = env['XDG_STATE_HOME']
  return join(state !== undefined && state !== '' ? state : join(homedir(), '.local', 'state'), 'telltale')
}
