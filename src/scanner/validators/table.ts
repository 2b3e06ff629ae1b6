import type { Validator } from '../rule.ts'
import { awsKeyId } from './aws-key-id.ts'
import { crc32Base62 } from './crc32-base62.ts'
import { gitlabRoutable } from './gitlab-routable.ts'
import { iban } from './iban.ts'
import { base64Json, base64UserPass, jwt } from './jwt.ts'
import { luhn } from './luhn.ts'
import { cnpj, cpf, dni, nif, ssn } from './national-ids.ts'
import { privateKey } from './private-key.ts'

/** Validators by the name rules use. */
export const VALIDATORS: Readonly<Record<string, Validator>> = {
  'aws-key-id': awsKeyId,
  'base64-json': base64Json,
  'base64-userpass': base64UserPass,
  'crc32-base62': crc32Base62,
  'gitlab-routable': gitlabRoutable,
  'private-key': privateKey,
  cnpj,
  cpf,
  dni,
  iban,
  jwt,
  luhn,
  nif,
  ssn,
}
