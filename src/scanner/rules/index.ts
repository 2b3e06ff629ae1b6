import ai from './ai.json' with { type: 'json' }
import aws from './aws.json' with { type: 'json' }
import azure from './azure.json' with { type: 'json' }
import chat from './chat.json' with { type: 'json' }
import ci from './ci.json' with { type: 'json' }
import cloud from './cloud.json' with { type: 'json' }
import commerce from './commerce.json' with { type: 'json' }
import database from './database.json' with { type: 'json' }
import github from './github.json' with { type: 'json' }
import gitlab from './gitlab.json' with { type: 'json' }
import google from './google.json' with { type: 'json' }
import identity from './identity.json' with { type: 'json' }
import keys from './keys.json' with { type: 'json' }
import messaging from './messaging.json' with { type: 'json' }
import network from './network.json' with { type: 'json' }
import observability from './observability.json' with { type: 'json' }
import packages from './packages.json' with { type: 'json' }
import payments from './payments.json' with { type: 'json' }
import personal from './personal.json' with { type: 'json' }
import registries from './registries.json' with { type: 'json' }
import saas from './saas.json' with { type: 'json' }
import secretsManagers from './secrets-managers.json' with { type: 'json' }
import slack from './slack.json' with { type: 'json' }
import tokens from './tokens.json' with { type: 'json' }
import vcs from './vcs.json' with { type: 'json' }
import wallets from './wallets.json' with { type: 'json' }
import webhooks from './webhooks.json' with { type: 'json' }

/** Every file of built-in rules, unparsed; `builtin-rules.ts` parses and compiles them. */
export const RULE_FILES: readonly unknown[] = [
  ai,
  aws,
  azure,
  chat,
  ci,
  cloud,
  commerce,
  database,
  github,
  gitlab,
  google,
  identity,
  keys,
  messaging,
  network,
  observability,
  packages,
  payments,
  personal,
  registries,
  saas,
  secretsManagers,
  slack,
  tokens,
  vcs,
  wallets,
  webhooks,
]
