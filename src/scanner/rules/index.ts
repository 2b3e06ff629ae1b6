import ai from './ai.json' with { type: 'json' }
import aws from './aws.json' with { type: 'json' }
import azure from './azure.json' with { type: 'json' }
import chat from './chat.json' with { type: 'json' }
import github from './github.json' with { type: 'json' }
import gitlab from './gitlab.json' with { type: 'json' }
import google from './google.json' with { type: 'json' }
import keys from './keys.json' with { type: 'json' }
import messaging from './messaging.json' with { type: 'json' }
import packages from './packages.json' with { type: 'json' }
import payments from './payments.json' with { type: 'json' }
import slack from './slack.json' with { type: 'json' }
import tokens from './tokens.json' with { type: 'json' }
import vcs from './vcs.json' with { type: 'json' }

/** Every file of built-in rules, unparsed; `builtin-rules.ts` parses and compiles them. */
export const RULE_FILES: readonly unknown[] = [
  ai,
  aws,
  azure,
  chat,
  github,
  gitlab,
  google,
  keys,
  messaging,
  packages,
  payments,
  slack,
  tokens,
  vcs,
]
