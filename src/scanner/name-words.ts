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
    'contrasena',
    'heslo',
    'wachtwoord',
    'parola',
  ].flatMap(threeCases),
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
