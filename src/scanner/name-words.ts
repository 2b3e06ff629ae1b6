/**
 * What the prefilter looks for as the beginning of a parse: the heads of the name grammar, in the cases people write.
 * A longer spelling that holds a shorter one needs no entry (`passwd` holds `pass`).
 */
const threeCases = (word: string): string[] => [
  word,
  word[0]!.toUpperCase() + word.slice(1),
  word.toUpperCase(),
]

export const NAME_WORDS: readonly string[] = [
  ...[
    'pass',
    'pwd',
    'secret',
    'token',
    'auth',
    'cred',
    'key',
    'bearer',
    'psk',
    'phrase',
    'senha',
    'contraseña',
    'contrasena',
    'kennwort',
    'heslo',
    'wachtwoord',
    'parola',
    'clave',
    'chave',
    'chiave',
    'schluessel',
    'schlüssel',
    'sleutel',
    'jeton',
    'hasło',
    'salasana',
    'adgangskode',
    'lösenord',
    'пароль',
  ].flatMap(threeCases),
  'clé',
  'Clé',
  '密码',
  '密碼',
  'パスワード',
  '비밀번호',
  'jwt',
  'JWT',
  'Jwt',
  'sig=',
  'sig%3D',
  'pw=',
  'pw:',
  'pw"',
  'PW=',
  'PW:',
  'Pw=',
  'Pw"',
  'pw ',
  'PW ',
  'mdp=',
  'mdp:',
  'mdp"',
]

/** Bytes of the word without the operator it may end in: the name ends before. */
export const nameWordBytes = (word: string): number => Buffer.byteLength(word.replace(/(?:[=:" ]|%3D)+$/, ''))
