import type { Command } from 'commander'

export interface CommandEntry {
  readonly name: string
  readonly description: string
  /** Exit status of whatever goes wrong; without it sysexits.h says, see ERRORS. */
  readonly errorStatus?: number
  readonly load: () => Promise<Command>
}

/** Every command; each file is loaded only when asked for. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'run', description: 'run the daemon', load: async () => (await import('./run.ts')).runCommand() },
  {
    name: 'simulate',
    description:
      'play the telemetry of a small shop, with attacks, faults and leaks, into a receiver or a file',
    load: async () => (await import('./simulate.ts')).simulateCommand(),
  },
  {
    name: 'demo',
    description: 'watch the daemon find an attack and a leaked key, in a minute',
    load: async () => (await import('./demo.ts')).demoCommand(),
  },
  {
    name: 'replay',
    description: 'run files through the same pipeline on their own time, and score it against labels',
    load: async () => (await import('./replay.ts')).replayCommand(),
  },
  {
    name: 'scan',
    description: 'find credentials in files, archives, standard input and git history',
    errorStatus: 2,
    load: async () => (await import('./scan.ts')).scanCommand(),
  },
  {
    name: 'rules',
    description: 'list, test and install rules of the secret scanner',
    load: async () => (await import('./rules.ts')).rulesCommand(),
  },
  {
    name: 'hook',
    description: 'install or remove a git pre-commit hook',
    load: async () => (await import('./hook.ts')).hookCommand(),
  },
  {
    name: 'validate',
    description: 'check a configuration; list every problem',
    load: async () => (await import('./validate.ts')).validateCommand(),
  },
  {
    name: 'config',
    description: 'print the effective configuration or its schema',
    load: async () => (await import('./config.ts')).configCommand(),
  },
  {
    name: 'tail',
    description: 'read log files or standard input and print the secrets in them, masked',
    load: async () => (await import('./tail.ts')).tailCommand(),
  },
  {
    name: 'honeytoken',
    description: 'make, list and plant tokens that nobody should ever use',
    load: async () => (await import('./honeytoken.ts')).honeytokenCommand(),
  },
  {
    name: 'top',
    description: 'watch profiles, rates, surprises and findings of a running daemon',
    load: async () => (await import('./top.ts')).topCommand(),
  },
  {
    name: 'tap',
    description: 'print a masked sample of what flows through a running daemon',
    load: async () => (await import('./tap.ts')).tapCommand(),
  },
  {
    name: 'health',
    description: 'ask a running daemon whether it is ready',
    load: async () => (await import('./health.ts')).healthCommand(),
  },
]
