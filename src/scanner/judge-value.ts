import { type BenignReason, benignReason, idForm, isRandom, isResourceName } from './benign-value.ts'
import { NAME_PASSWORD, NAME_SECRET, type NameKind } from './name-grammar.ts'
import { reject, rejectedBefore } from './rejected-values.ts'
import { MAX_SHAPE, measure, ValueShape } from './value-shape.ts'
import { wordiness } from './word-model.ts'

/**
 * Whether a value could be the secret its name promises: stage 1 of the generic rules. Form decides here, numbers
 * later: entropy, context and the classifier move the confidence of what this lets through.
 */

/** How sure the place is that a value follows. */
export const FORM_ASSIGNED = 0 // key=value, "key": "value", <key>value</key>, --key value
export const FORM_PAIR = 1 // ("key", "value"), name/value pairs, key 'value'
export const FORM_LOOSE = 2 // key value, a key is value: prose, tables, configuration by words
export type ValueForm = 0 | 1 | 2

export type Verdict =
  /** Not a secret. */
  | { readonly kind: 'no'; readonly reason: BenignReason | 'short' | 'shape' | 'name' }
  /** Looks random or mixed, as keys and good passwords do. */
  | { readonly kind: 'strong' }
  /** Only words: a password a person chose, or a description. */
  | { readonly kind: 'words' }

const NO: Readonly<Record<string, Verdict>> = Object.fromEntries(
  (
    [
      'empty',
      'mask',
      'placeholder',
      'reference',
      'template',
      'code',
      'word',
      'url',
      'path',
      'number',
      'time',
      'address',
      'hash',
      'uuid',
      'algorithm',
      'class',
      'file',
      'resource',
      'image',
      'pattern',
      'public',
      'short',
      'shape',
      'name',
    ] as const
  ).map((reason) => [reason, { kind: 'no', reason }]),
)
const STRONG: Verdict = { kind: 'strong' }
const WORDS: Verdict = { kind: 'words' }

/** Shape of the value last judged. */
export const shape = new ValueShape()

/** After a mere blank these are code or prose: `user_pwd *name(x)`, `token->next;`. */
const CODE_SIGNS = /^[*&+\-./\\:]|[(){}[\];,<>"'`\\|]|=(?!=?$)|::/

const MIN_PASSWORD = 4
const MAX_PASSWORD = 128
const MIN_KEY = 8
const MAX_KEY = 4096

/** Letters that read as a word or name; `xkqzjv` does not. */
const wordy = (part: string): boolean =>
  part.length <= 3 || wordiness(part) > (part.length === 4 ? -0.2 : -0.6)

/** The pieces of letters read as words, and they are most of the letters; short pieces tell nothing. */
function onlyWords(v: string): boolean {
  let short = 0
  let long = 0
  for (const piece of v.replace(/([a-z])([A-Z])/g, '$1 $2').split(/[^A-Za-z]+/)) {
    if (piece.length <= 3) short += piece.length
    else if (!wordy(piece)) return false
    else long += piece.length
  }
  return long >= short || long + short <= 4
}

/** A piece that tells what the value is about: names of objects and settings have one, passwords do not. */
const TELLING =
  /(?:^|[-_. ])(?:tls|ssl|(?:key|trust)stores?|creds?|credentials?|secrets?|tokens?|keys?|certs?|config|auth|password|passwd|pass|pwd|svc|service|prod|production|dev|staging|vault|refs?|default|name|user|admin|login|account|type|policy|mode|managed|store|provider|role|group|client|server|api|db|database|env|file|path|url|test|v\d+)(?=$|[-_. ])/i

/** `river_1987`, `copper.tiger42`: words and a number of two digits or more, as people end passwords. */
const NUMBERED_WORDS = /^[a-z]{3,}(?:[-_.][a-z]{3,}){0,3}(?:[_.]\d{3,4}|-\d{3,4}|\d{2,4})$/

/** `river-copper-tiger-7`: words and a small number; one word more than names of replicas have, or a digit more. */
const PASSPHRASE =
  /^[a-z]{3,}(?:(?:[-_.][a-z]{3,}){2,6}[-_.]\d{1,2}|[-_.][a-z]{3,}[-_.]\d{2}|[-_][a-z]{3,}\.\d|\.[a-z]{3,}\.\d)$/

/** `lyric-80`: a password, or one of many of something. */
const WORD_NUMBER = /^[a-z]{4,16}[-_.:]\d\d$/

/** `meerkat-risotto9` */
const WORDS_DIGIT = /^[a-z]{4,16}[-_.][a-z]{4,16}\d{1,2}$/

/** `galaxy-1`, `worker_12`: one of several. */
const NUMBERED_NAME = /^[a-z]{3,12}[-_]\d{1,3}$/

/** Words that programs are made of. */
const PROGRAM_WORD =
  /(?:^|[-_. ])(?:get|set|is|has|with|from|input|output|text|field|box|label|button|form|value|new|old|hash|encoder|encryption|encrypted|reset|change|changed|confirm|confirmation|strength|length|min|max|prompt|callback|handler|manager|factory|helper|util|utils|impl|class|object|string|bytes|array|list|map|model|view|controller|component|module|plugin|error|exception|event|request|response|header|param|params|args|option|options|settings|property|null|none|self|this|required|optional|disabled|enabled|postgresql|mysql|mariadb|redis|mongodb|rabbitmq|kafka|nginx|chart|generator|validator|authenticator|authentication|authorization|grant|flow|plain|simple|external|internal|managed|static|dynamic|rotation|protected|hidden)(?=$|[-_. ])/i

/** The random tail that Kubernetes puts behind names; its alphabet has no vowels and no 0, 1, 3. */
const K8S_TAIL = /^[a-z][a-z0-9-]*(?:-[bcdfghjklmnpqrstvwxz2456789]{8,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$/

/**
 * @param value the text, at most MAX_SHAPE of it is looked at
 * @param quoted quotes stood around it
 */
export function judgeValue(kind: NameKind, value: string, quoted: boolean, form: ValueForm): Verdict {
  if (value.length > (kind === NAME_PASSWORD ? MAX_SHAPE : MAX_KEY)) return NO['shape']!
  const question = (kind * 3 + form) * 2 + (quoted ? 1 : 0)
  const known = rejectedBefore(value, question)
  if (known !== null) return known
  const verdict = judge(kind, value, quoted, form)
  if (verdict.kind === 'no') reject(value, question, verdict)
  return verdict
}

function judge(kind: NameKind, value: string, quoted: boolean, form: ValueForm): Verdict {
  if (form === FORM_LOOSE && CODE_SIGNS.test(value)) return NO['code']!
  const v = value.length > MAX_SHAPE ? value.slice(0, MAX_SHAPE) : value
  const reason = benignReason(v, quoted) ?? encodedReason(v)
  if (reason !== null && !(kind === NAME_PASSWORD && form === FORM_ASSIGNED && isChosen(v, reason, quoted)))
    return NO[reason]!
  measure(shape, v)
  if (kind === NAME_PASSWORD) return judgePassword(v, quoted, form)
  return judgeKey(kind, v, quoted, form)
}

/** `port=5432`, `name=`: another field; `Banana=108` is chosen, and what is long and ends so is base64. */
const NESTED_FIELD = /^(?![A-Z]\w*=\d{2,4}\W?$)[A-Za-z_](?:\w*=[^=]|\w{0,16}=$)/

/** Words, four and more, a number behind one of them or at the end. */
const WORD_CHAIN =
  /^[A-Za-z][a-z]{2,}\d{0,3}(?:([-_. ])[A-Za-z][a-z]{2,}\d{0,3})(?:\1[A-Za-z][a-z]{2,}\d{0,3}){2,6}(?:\1\d{1,3})?$/
const PACKAGE = /^(?:com|org|net|java|javax|jakarta|spring|system|microsoft|www)\./i
const SENTENCE_WORD =
  /(?:^|[-_. ])(?:the|is|a|an|to|for|of|must|not|be|your|this|and|or|in|with|password|user|please|from|was|has|are|on)(?=$|[-_. ])/i

/** `garlic_fountain_cotton`, `pelican.thunder.waterfall` */
const THREE_WORDS = /^[a-z]{4,}([_.])[a-z]{4,}\1[a-z]{4,}$/

/** A chain of words that are about nothing: a passphrase. */
const isPassphrase = (v: string): boolean =>
  (WORD_CHAIN.test(v) || THREE_WORDS.test(v)) &&
  !PACKAGE.test(v) &&
  !SENTENCE_WORD.test(v) &&
  !TELLING.test(v) &&
  !PROGRAM_WORD.test(v)

/** What the form of something else may be by accident where a person chose it. */
const isChosen = (v: string, reason: BenignReason, quoted: boolean): boolean =>
  reason === 'class'
    ? isPassphrase(v)
    : reason === 'address'
      ? /@.*[a-z][A-Z]/.test(v) || (quoted && /^[A-Z][a-z]{5,}:\d{2,3}$/.test(v))
      : reason === 'code' && v.includes('[') && !v.includes(']') && /\d/.test(v)

/** Why the text that base64 hides is no secret: Kubernetes writes all values so. */
function encodedReason(v: string): BenignReason | null {
  if (v.length < 8 || v.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(v)) return null
  if (!PRINTABLE.test(Buffer.from(v.slice(0, 8), 'base64').toString('latin1'))) return null
  const inner = Buffer.from(v, 'base64').toString('latin1')
  return /^[\x20-\x7e]{4,}\n?$/.test(inner) ? (benignReason(inner.trim(), true) ?? nameReason(inner)) : null
}

const PRINTABLE = /^[\x20-\x7e]{5,6}$/

const nameReason = (v: string): BenignReason | null =>
  K8S_TAIL.test(v) || (isResourceName(v, wordy) && TELLING.test(v)) ? 'resource' : null

function judgePassword(v: string, quoted: boolean, form: ValueForm): Verdict {
  const s = shape
  const n = v.length
  if (n < MIN_PASSWORD || s.distinct <= 2) return NO['short']!
  if (n > MAX_PASSWORD && !s.base64) return NO['shape']!
  if (s.high > n / 2) return NO['shape']!
  if (s.spaces > 0) return judgeSpaced(v, quoted, form)
  const id = idForm(v)
  if (id === 'path' && onlyWords(v)) return NO['path']!
  if (K8S_TAIL.test(v)) return NO['resource']!
  const letters = s.upper + s.lower
  if (s.digits === n) {
    // a number: ports, counts and times are benign, a PIN or a keypad password is not
    if (form === FORM_LOOSE || n < 6 || n === 10 || n === 13 || n > 16) return NO['number']!
    return STRONG
  }
  if (letters + s.joins === n) return judgeLetters(v, quoted, form)
  if (NUMBERED_WORDS.test(v) && !TELLING.test(v)) return form === FORM_LOOSE ? judgeLoosePassword(v) : STRONG
  if (PASSPHRASE.test(v)) {
    return form === FORM_LOOSE || TELLING.test(v) || PROGRAM_WORD.test(v) ? NO['resource']! : WORDS
  }
  if (form === FORM_ASSIGNED && s.digits > 0 && isPassphrase(v)) return WORDS
  if (
    form === FORM_ASSIGNED &&
    (WORD_NUMBER.test(v) || WORDS_DIGIT.test(v)) &&
    !TELLING.test(v) &&
    !PROGRAM_WORD.test(v)
  )
    return WORDS
  if (isResourceName(v, wordy) && !/-\d{3,}$/.test(v)) return NO['resource']!
  if (/^[a-z]+(?:[-_ ][a-z]+)+[-_]?v?\d{0,2}$/.test(v) && onlyWords(v)) return NO['resource']!
  if (form !== FORM_ASSIGNED && s.digits === 0 && n < 8) return NO['shape']!
  if (!quoted && NESTED_FIELD.test(v)) return NO['shape']!
  if (form === FORM_LOOSE) return judgeLoosePassword(v)
  if (letters === 0 && s.digits < 4) return NO['shape']!
  if (n < 6 && s.special === 0 && (s.digits === 0 || letters === 0)) return NO['short']!
  return STRONG
}

/** In prose and by-word configuration only a mix of letters with digits or signs counts. */
function judgeLoosePassword(v: string): Verdict {
  const s = shape
  if (v.includes('/')) return NO['path']!
  // `case-sensitive?` ends the question
  if (s.digits === 0 && /^[A-Za-z]+(?:[-'][A-Za-z]+)*[?!]+$/.test(v)) return NO['word']!
  if (v.length < 6 || s.digits === 0 || s.upper + s.lower === 0) {
    return s.special > 0 &&
      /[^\w?!]|[?!]\w/.test(v) &&
      s.upper + s.lower > 3 &&
      v.length >= 8 &&
      /[!$%^&*@#+?]/.test(v)
      ? STRONG
      : NO['shape']!
  }
  if (s.special === 0 && (s.upper === 0 || s.lower === 0) && v.length < 8) return NO['shape']!
  return STRONG
}

/** `hurdle`, `Wombat-Soleil`, `sevilladenim`; no `camelCase` and no `Title` */
const PAIRED_WORDS = /^[a-z]{6,32}$|^[A-Za-z][a-z]{2,15}(?:[-_][A-Za-z][a-z]{2,15}){1,4}$/

/** Letters, perhaps joined by `-_.`: random ones are a password, words may be one. */
function judgeLetters(v: string, quoted: boolean, form: ValueForm): Verdict {
  const s = shape
  if (!onlyWords(v) && s.words < -0.5) return v.length >= 6 && form !== FORM_LOOSE ? STRONG : NO['shape']!
  // beside its name words count in quotes, and as many as no title has
  if (form === FORM_PAIR && !(quoted && PAIRED_WORDS.test(v))) return NO['word']!
  if (form === FORM_LOOSE || v.length < 5 || v.length > 64) return NO['word']!
  // an identifier is a reference, unless it stands in quotes or says nothing of its purpose
  if (!quoted && (/^[a-z]+(?:[A-Z][a-z]*)+$/.test(v) || (/[_.]/.test(v) && !isPassphrase(v))))
    return NO['class']!
  if (/^[A-Z]{2,}(?:[-_][A-Z]+)+$/.test(v)) return NO['word']!
  const apart = v.replace(/([a-z])([A-Z])/g, '$1 $2')
  if (TELLING.test(apart) || PROGRAM_WORD.test(apart)) return NO['word']!
  return WORDS
}

/** Quoted text with spaces: a passphrase when it is no sentence. */
function judgeSpaced(v: string, quoted: boolean, form: ValueForm): Verdict {
  if (!quoted || form === FORM_LOOSE || v.length > 64) return NO['shape']!
  if (/^[A-Za-z ,.'!:;()-]+$/.test(v)) {
    const parts = v.split(' ')
    return form === FORM_ASSIGNED &&
      parts.length >= 3 &&
      parts.length <= 8 &&
      /^[a-z]+(?: [a-z]+)+$/.test(v) &&
      !SENTENCE_WORD.test(v)
      ? WORDS
      : NO['word']!
  }
  if (isPassphrase(v) && form === FORM_ASSIGNED) return WORDS
  return shape.digits > 0 && shape.spaces <= 4 ? STRONG : NO['shape']!
}

/** `Havana2022~`: what people choose where a device or a service asks for a secret. */
const isMixedPassword = (v: string): boolean =>
  (shape.upper > 0 || (shape.digits >= 3 && v.length >= 12)) &&
  shape.lower > 0 &&
  shape.digits > 0 &&
  /^[\w.!@#$%^&*?~+-]{8,32}$/.test(v) &&
  /[!@#$%^&*?~+]/.test(v)

function judgeKey(kind: NameKind, v: string, quoted: boolean, form: ValueForm): Verdict {
  const s = shape
  const n = v.length
  const strongName = kind === NAME_SECRET && form !== FORM_LOOSE
  if (n < MIN_KEY) return NO['short']!
  if (s.spaces > 0) return NO['shape']!
  if (s.high > 0) return NO['shape']!
  if (s.repeat >= 12 || (n >= 16 && s.distinct <= 5) || (n >= 16 && s.sequence >= 9))
    return NO['placeholder']!
  if (!quoted && v.includes('=') && /^[A-Za-z_][\w.-]*=[^=]/.test(v)) return NO['shape']!
  const id = idForm(v)
  if (id === 'uuid') return strongName ? STRONG : NO['uuid']!
  if (id === 'path' && (n < 30 || onlyWords(v) || s.words > 0)) return NO['path']!
  if (s.digits === n) return NO['number']!
  if (s.hex) {
    if (s.digits === 0 || s.upper + s.lower === 0 || s.entropy < 2.5) return NO['shape']!
    // the ids of keys have 16 digits
    return n >= (strongName && (form === FORM_ASSIGNED || quoted) ? 16 : 24) ? STRONG : NO['short']!
  }
  if (isResourceName(v, wordy) || K8S_TAIL.test(v) || NUMBERED_NAME.test(v)) return NO['resource']!
  if (strongName && isRandom(v)) return STRONG
  if (strongName && isMixedPassword(v)) return STRONG
  if ((s.digits === 0 || ((s.words > 0 || s.digits <= 2) && s.special === 0 && n < 40)) && onlyWords(v)) {
    return NO['word']!
  }
  // a long name of a type: all words, with a version perhaps
  if (n >= 40 && s.special === 0 && s.digits * 16 <= n && onlyWords(v)) return NO['class']!
  if (s.words > 0.6 && n < 80) return NO['word']!
  if (n < 12) {
    if (!strongName) return NO['short']!
    return s.digits >= 1 && s.upper + s.lower >= 2 && s.entropy > 2.3 && (s.words < 0 || s.special > 0)
      ? STRONG
      : NO['shape']!
  }
  if (n < 16 && !strongName) {
    return s.digits >= 2 && s.upper > 0 && s.lower > 0 && s.entropy > 3 ? STRONG : NO['short']!
  }
  if (s.entropy < (n < 20 ? 2.7 : 3)) return NO['shape']!
  if (s.digits === 0 && s.words > -0.5) return NO['shape']!
  if (!strongName && s.digits < 2 && s.words > -1) return NO['shape']!
  return STRONG
}
