/**
 * Sentences that give a credential away, with words between its name and its value: "the password for the staging box
 * is ...", "token for the bot: ...", "das neue Passwort lautet ...", and with the value first: "log in with ... as the
 * password". What is found so has to look random; the words alone would be every sentence about passwords.
 */

/** A word of a sentence, UTF-8 letters included. */
const WORD = `(?:[A-Za-z\\xc3-\\xdf][\\w.@'\\x80-\\xbf\\xc3-\\xdf-]{0,39}|\\d{1,3})`
const IS =
  '(?:is|was|are|(?:set|reset|changed|updated|rotated)(?: to)?|(?:set )?to value|has (?:the )?value|with value|from \\S{1,60} to|equals|becomes|ist|lautet|war|auf|wurde auf|es|era|ser\\xc3\\xa1|est|sera|\\xc3\\xa9|foi|sar\\xc3\\xa0|\\xc3\\xa8|jest|\\xc3\\xa4r)'
const SENTENCE = new RegExp(
  `[ \\t](?:\\([\\w ]{1,24}\\) )?(?:${WORD},? ){0,6}?${IS}(?: (?:now|set to|jetzt|nun|ahora|maintenant|agora))?:?[ \\t]{1,2}(?=["'\`]?[^\\s"'\`]{6})`,
  'y',
)
const PREPOSITION =
  "(?:for|of|to|on|in|at|from|von|f\\xc3\\xbcr|fuer|zum|zur|am|im|auf|pour|de|du|des|d'|para|del|do|da|di|del|van|voor|per)"
const LABEL = new RegExp(
  `[ \\t](?:\\([\\w ]{1,24}\\)|${PREPOSITION} (?:${WORD} ){0,4}(${WORD})|(?:reset|changed|updated|rotated|set|done|created|generated)\\b[\\w ,]{0,30}(?:one|new|now|to|it))\\s?(?::|=|->|=>|\\xe2\\x86\\x92)[ \\t]{1,2}(?=["'\`]?[^\\s"'\`]{6})`,
  'y',
)
/** Words that take the value for themselves: "password for user: bob42". */
const TAKES =
  /^(?:user|username|users|account|login|host|hostname|ip|client|request|id|ids|session|file|key|keys|name|url|uri|path|error|code|reason|status|line|version|server|service|port|email|mail|address|type|level|date|time|day|node|object|device|method|algorithm|resource|tenant|role|group|project|region|cluster|namespace|issue|ticket|kid|image|table|column|index|cache|topic|at|in|by|benutzer|usuario|utilisateur|usu\xc3\xa1rio|hash|digest|checksum|sha256|md5|fingerprint|expires|expiry|prefix|field|policy|length|count|check|reset|change|changed|failed|failure|invalid|expired|rotation|required|hint|strength|manager|store|provider|generator|name|format|set|used|found|missing|mismatch|error|warning|info|debug|authentication|authorization|exchange|pair|size|algo|index|range|value|store|vault|ring|chain|space|board|word|words|bucket|audience|issuer|scope|scopes|endpoint|refresh|ttl|stream|ring|position|offset|limit|class|kind|ref|reference)$/i
/** One more word that says whose it is: "token gitlab: ...", "clé secrète : ...". */
const WHOSE = new RegExp(
  `[ \\t](?:d[e'\u2019]s? ?)?(${WORD})(?: (?:${WORD},? ){0,4}(${WORD}))?\\s?(?::|=)[ \\t]{1,2}(?=["'\`]?[^\\s"'\`]{8})`,
  'y',
)
/** `auth-pass mymaster ...`: settings of two words end the line. */
const LAST = /[ \t][\w.-]{1,40}[ \t](?=\S{6,128}\s*$)/y
const VALUE_FIRST =
  /[ ("'`:]([^\s"'`:(]{6,64})["'`]? (?:as|ist|is|es|est|\xc3\xa9) (?:the |your |a |my |our |das |la |le |a )?(?:new |admin |root |temporary |correct |right |current )?(?:\w{2,12} )?$/

const PASS_IS = /[ \t](?:(?:for|of) (?:\S{1,30} ){1,4})?(?:is|was|=|:) (?=["'`]?[^\s"'`]{6})/y
function passIs(text: string, nameEnd: number, limit: number): number {
  PASS_IS.lastIndex = nameEnd
  return PASS_IS.test(text) && PASS_IS.lastIndex < limit ? PASS_IS.lastIndex : -1
}

/**
 * @returns where the value begins, which may be before the name, or -1
 */
export function proseValue(text: string, nameStart: number, nameEnd: number, limit: number): number {
  const next = text.charCodeAt(nameEnd)
  // to pass something is another word
  if (nameEnd - nameStart === 4 && /pass/i.test(text.slice(nameStart, nameEnd)))
    return passIs(text, nameEnd, limit)
  if (next === 32 || next === 9) {
    SENTENCE.lastIndex = nameEnd
    if (SENTENCE.test(text) && SENTENCE.lastIndex < limit) return SENTENCE.lastIndex
    const near = text.slice(nameEnd, nameEnd + 120)
    if (!near.includes(':') && !near.includes('=') && !near.includes('->'))
      return valueAround(text, nameStart, nameEnd, limit)
    LABEL.lastIndex = nameEnd
    const m = LABEL.exec(text)
    if (m !== null && LABEL.lastIndex < limit && !(m[1] !== undefined && TAKES.test(m[1])))
      return LABEL.lastIndex
    WHOSE.lastIndex = nameEnd
    const w = WHOSE.exec(text)
    if (w !== null && WHOSE.lastIndex < limit && !TAKES.test(w[2] ?? w[1]!) && !TAKES.test(w[1]!))
      return WHOSE.lastIndex
  }
  return valueAround(text, nameStart, nameEnd, limit)
}

/** The last word of a setting's line, or a value before its name. */
function valueAround(text: string, nameStart: number, nameEnd: number, limit: number): number {
  if (nameStart < 40 && /^\s*(?:[\w-]{1,20} )?$/.test(text.slice(0, nameStart))) {
    LAST.lastIndex = nameEnd
    if (LAST.test(text)) return LAST.lastIndex < limit ? LAST.lastIndex : -1
  }
  if (text.charCodeAt(nameStart - 1) !== 32) return -1
  if (
    !/ (?:as|is|ist|es|est|\xc3\xa9) (?:\w{1,9} ){0,3}$/.test(
      text.slice(Math.max(0, nameStart - 34), nameStart),
    )
  )
    return -1
  const left = text.slice(Math.max(0, nameStart - 110), nameStart)
  const before = VALUE_FIRST.exec(left)
  if (before === null) return -1
  return nameStart - before[0].length + before[0].indexOf(before[1]!)
}
