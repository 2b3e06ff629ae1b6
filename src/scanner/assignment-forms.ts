/**
 * What may stand between a name and its value, as sticky patterns: bounded and without nested repetition, so that the
 * time for one name is constant.
 */

/** A quote at any depth of JSON escaping, as an HTML entity, percent-encoded, or as `\u0022` and `\x22`. */
const Q = `(?:\\\\{0,7}["'\`]|&quot;|&#34;|&#39;|%(?:25)?22|\\\\{1,4}u002[27]|\\\\{1,4}x2[27])`
/** `<` and `>` as they are or escaped. */
const LT = '(?:<|&lt;|\\\\{1,4}u003[cC]|%3[cC])'
const GT = '(?:>|&gt;|\\\\{1,4}u003[eE]|%3[eE])'
const TEXT_TAG = '(?:\\*{1,2}|</(?:b|strong|em|i|code|th|td|span|label|dt)>)'

export const OPERATOR = new RegExp(
  `${Q}?(?:\\*{1,2}|__)?(?:\\[?\\]|%5D|\\}|\\?)?(?:\\.[Vv]alue)?(?: [(\\[][\\w ,-]{1,24}[)\\]])?${TEXT_TAG}?[ \\t]{0,48}(?:=>|:=|:(?:STRING|PATH|FILEPATH|INTERNAL|UNINITIALIZED)=|(?:\\xe2\\x86|\\xe2\\x9e|\\xe2\\x87|\\xe2\\x9f)[\\x80-\\xbf]|\\xc2\\xbb|&(?:mdash|ndash|rarr|raquo);|\\\\{1,2}=|~>|\\.(?= ["'])|\\.{3,80}:?|={1,3}|:{1,2}|->|<-|%(?:25){0,2}3[DdAa]|\\|\\|=?|\\?[?:]=?|//=|\\.=|\\+=|\\?=|!={1,2})${TEXT_TAG}?\\s{0,12}(?:<(?:b|code|strong|em|i|td|dd|tt|samp|pre|span|kbd)(?:\\s[^<>]{0,40})?>){0,2}`,
  'y',
)
const VALUE_KEY =
  '(?:[A-Za-z]{0,16}_?[vV]alues?|VALUE|val|content|default|Default|current|data|plaintext|to|new|v|text|[vV]alueString)'
export const NAME_VALUE = new RegExp(
  `${Q}?\\s?[,;]?\\s{0,4}(?:${Q}?(?:type|op|enabled|old|title|label|description)${Q}?\\s?[:=]\\s?(?:${Q}[^"'\\\\,;]{0,24}${Q}|\\w{1,16})\\s?[,;]?\\s?){0,2}${Q}?@?${VALUE_KEY}${Q}?\\s?(?:[:=]\\s?)?(?:(?<=[:=]\\s?)|(?=\\{))(?:\\{\\s?${Q}?(?:string_?[vV]alue|string|S|s|value)${Q}?\\s?:\\s?)?`,
  'y',
)
/** `ParameterKey=name,ParameterValue=...`, `"name";s:9:"..."` of PHP. */
export const LISTED_VALUE = new RegExp(`,\\s?(?:[Pp]arameter)?[vV]alue=|${Q};\\s?s:\\d{1,4}:(?=${Q})`, 'y')
export const BLOCK_VALUE =
  /["']\s?:?\s?\{\s{0,4}(?:["']?[tT]ype["']?\s?[:=]\s?["']?[\w:<>]{1,40}["']?,?\s{1,4})?["']?(?:default|value|Default|Value|old|new|before|after|from|to|current|previous)["']?\s{0,4}[:=]\s{0,4}/y
export const XML_ATTRIBUTE =
  /["']\s{1,8}(?:[\w:-]{1,30}=["'][^"'<>]{0,60}["']\s{1,8}){0,3}(?:[\w-]{1,16}:)?(?:value|content|val|default|text)\s?=\s?/y
/** `<prefix:name value="..."/>`: an element named as the secret is. */
export const XML_OWN_VALUE =
  /\s(?:[\w:-]{1,30}=["'][^"'<>]{0,60}["']\s{1,4}){0,3}(?:value|val|content|text|default)\s?=\s?["']([^"'<>\n]{1,256})["']/y
export const XML_KEYED_TEXT =
  /["'](?:\s[^<>]{0,80})?>(?:\s{0,12}<(?:[\w:-]{0,20}[vV]al(?:ue)?|string|default)(?:\s[^<>]{0,40})?>)?/y
export const XML_SIBLING = new RegExp(
  `(?:${LT}(?:/|\\\\/)[\\w:-]{1,24}${GT}(?:\\s|\\\\n){0,12}){1,3}(?:<type>\\w{1,16}</type>\\s{0,12})?(?:${LT}(?:[\\w:-]{0,20}[vV]al(?:ue)?|string|td|dd|code|data|dt|th|span|div|p|content|text|pre|kbd|samp|b|strong|em|i|tt)(?:\\s[^<>]{0,60})?${GT}\\s{0,4}){1,3}`,
  'y',
)
export const XML_ELEMENT = /(?:\s[^<>]{0,120})?>/y
/** `<name><value>text</value>` */
export const XML_INNER_VALUE = /<(?:[\w-]{1,16}:)?[vV]al(?:ue)?>/y
/** `&lt;name&gt;`, `\u003cname\u003e`: the element's text ends at the next escaped tag. */
export const ESCAPED_ELEMENT = /&gt;|\\{1,4}u003[eE]|%3[eE]/y
export const ESCAPED_TAG = /(?:&lt;|\\{1,4}u003[cC]|%3[cC])$/
/** `<label>name</label><input value="...">` */
export const XML_LABELLED = /(?::?\s?<\/[\w:-]{1,24}>\s{0,8}){1,2}<input\s[^<>]{0,120}?\bvalue=(?=["'])/y
/** `<input value="..." name="password">`: the value stands before its name. */
export const XML_VALUE_BEFORE =
  /\bvalue=(["'])([^"'<>]{1,256})\1\s{1,4}(?:[\w-]{1,20}=["'][^"'<>]{0,60}["']\s{1,4}){0,2}(?:name|id)=["']$/
export const CALL =
  /[?!]?\s?[({]\s?(?=(?:[bBuUrRN@&]|secret\.|[A-Z]\w{1,20}(?:::|\.)(?:from|new|of|valueOf)\()?\\{0,7}["'`])/y
export const TYPED =
  /\??(?:\[\d{0,5}\])?\s?:\s?(?:constant )?[&*]?(?:\[[\w:*]{0,5}\](?:const )?)?(?:'\w{1,10} )?[A-Za-z_][\w.]{0,30}(?:<[^<>=]{0,30}>)?[?!]?(?:\s?\|\s?\w{1,12})?\s{0,4}:?=\s{0,4}(?=(?:[@bBuUrRN&]|Some\(|new String\(|\$|[A-Z]\w{1,16}::(?:new|from)\((?:\|\| ?)?)?\\{0,3}["'`])|\(\)\s(?:default|->|=>|\{\s?return)\s(?=["'])|(?:\s?:\s?[A-Z]\w{1,16}\??|\sby lazy)\s\{\s?(?:return\s)?(?=["'])|\s\{\s?get;[^{}]{0,30}\}\s=\s(?=[@$]?["'])|\s?(?:\[\d{0,5}\](?:\s[A-Z_]{2,20})?|\s[*&]?\[?\]?[A-Za-z][\w.]{0,20})(?:\(\d{1,5}\))?\s{0,12}:?=\s{0,4}(?=[@LNbru]?["'`])/y
export const TUPLE = new RegExp(
  `${Q}\\s?[,;]\\s{0,24}(?:\\{\\s?(?:value|default|stringValue|secretStringValue)\\s?:\\s?)?(?=[bBuUrRN@]?\\[?${Q})|${Q}\\s(?:to\\s)?(?=${Q})`,
  'y',
)
/** `[name, value]` of a dictionary's dump. */
export const BARE_TUPLE = /,\s(?=[^\s,[\]]{6,256}\])/y
export const FLAG_GAP = new RegExp(`${Q}\\s+a\\d{1,3}=(?=${Q})|${Q}?,?[ \\t]+|${Q}\\s?,\\s?(?=${Q})`, 'y')
/** What stands before the name where the next argument is its value. */
export const SETTER =
  /(?:\b|_)(?:set|put|define|add|append|getenv|env|option|insert|store|write|header|with|config|secret|override|text|Secret)\w{0,20}\s?\(\s?\\?["'@][\w.:/-]{0,60}$|(?:\b|-)(?:set|secrets?|put|config|add)\s["'][\w.:/-]{0,60}$/i
export const SQL = /\b(?:ALTER|CREATE|USER|ROLE|LOGIN|OPTIONS)\b[^;]{0,80}$/
/** `${NAME:?message}` has none. */
export const DEFAULT = /:(?:[-=+](?=[^\s}])|(?=[^\s}\-=?+]))/y
export const TABLE_CELL =
  /[`*]{0,2}[ \t]{0,40}(?:\||\xe2\x94\x82|\xe2\x94\x83|\xe2\x95\x91)[ \t]{0,8}[`*]{0,2}|\t[ \t]{0,8}/y
export const REGISTRY = /\s{1,8}(?:REG_(?:EXPAND_)?SZ\s{1,8}|\/t REG_(?:EXPAND_)?SZ \/d\s)/y
export const LOOSE =
  /[ \t](?:(?:for|of) (?!(?:user|account|login|host|request|session|id)\b)\S{1,40} )?(?:(?:is|was|to|of|as|are|has been (?:re)?set to:?|set to|set as|is set to|is now|changed to|reset to|now|value|\d{1,3} md5|[07]|[1-9](?=[: ][^\s"'])|plain|ascii 0|ascii|plaintext|ascii-text|set|encrypted|simple|level \d simple|md5|sha)[: ][ \t]{0,2}|\()?(?=\S)/y
/** `variable=NAME]value` of Azure Pipelines' logging commands. */
export const LOGGING_COMMAND = /(?:;\w{1,16}=\w{1,8})*\](?=\S)/y
/** `ENV.fetch('NAME') { 'value' }`, `getenv("NAME") ?: "value"`: what a look-up falls back to. */
export const FALLBACK = new RegExp(
  `${Q}\\)?\\s?\\)\\s?(?:\\{|\\|\\||\\?\\?|\\?:|={2,3}|or|//|\\.(?:unwrap_or|get_or|getOr|orElse|or_else)\\w{0,8}\\((?:\\|_?\\| ?)?)\\s?(?=["'\`])`,
  'y',
)
/** The same where the name stands left: `val token = getenv("X") ?: "value"`. */
export const CODE_FALLBACK =
  /(?:const |new |await )?[A-Za-z_$][\w$.]{0,40}\(\s?["'][\w.-]{1,60}["'],\s?(?:(?:default|fallback)\w{0,8}\s?[=:]\s?)?(?=["'])|[A-Za-z_$][\w$.]{0,60}(?:\(["']?[\w.-]{0,60}["']?\)|\[["'][\w.-]{1,60}["']\]|\.[\w.]{1,60})\s?(?:\|\||\?\?|\?:|or|\/\/)\s(?=["'`])/y
/** `set :name, 'value'`, `{name, "value"}`, `name --value "value"`. */
export const LISTED_PAIR = new RegExp(
  `,\\s?(?:[A-Z]\\w{1,20},\\s)?(?:(?:default|value)\\s?(?::|=>|=)\\s?)?(?=(?:<<)?[bBuUrRN@]?${Q})`,
  'y',
)
/** `changed to 'value'`, `from [] to [value]`, `SET name TO 'value'`. */
export const CHANGED =
  /["'`\]]?:?\s(?:(?:changed|updated|modified|set|was)\s)?(?:(?:from|FROM)\s(?:"[^"\n]{0,60}"|'[^'\n]{0,60}'|\[[^\]\n]{0,60}\]|\S{1,60})\s)?(?:to|TO)\s(?=\\?["'[`])/y
/** `name=\\"field\\"\\r\\n\\r\\nvalue\\r\\n` of a form that was logged. */
export const ESCAPED_FIELD = /\\{0,3}["'](?:\\{1,2}r)?\\{1,2}n(?:\\{1,2}r)?\\{1,2}n/y
/** `MOVE "value" TO name`. */
export const MOVED =
  /["']([^"'\n]{4,128})["']\s(?:TO|to|into|INTO|in|as|AS|for|as the|for the|in the|into the|to the)\s["'`]?$/
export const VALUE_FLAG =
  /["']?\s--?(?:[vV]alue|secret-string|string-value|data|body|content|text|v)(?:[ =]|\s(?=["']))/y
/** `.set("value", forKey: "name")`: the value stands before its name. */
export const VALUE_FIRST_CALL =
  /["']([^"'\n]{4,200})["'],\s?(?:forKey|forHTTPHeaderField|withName)\s?[:=]\s?["']$/
/** `SET option_value = '...' WHERE option_name = 'name'` */
export const SQL_VALUE_FIRST =
  /(?:[vV]al(?:ue)?|VALUE|data|content)["`\]]?\s?=\s?'[^'\n]{4,200}'(?:,\s?\w{1,30}\s?=\s?[\w()'.:-]{1,40})?\s(?:WHERE|where|AND|and)\s[\w.`"[\]]{1,40}\s?=\s?'$/
/** `Dim x As String = "..."`, `DATA x TYPE string VALUE '...'`, `x$ = "..."`. */
/** A type or attributes in words or brackets: `x <const> = "..."`, `x PIC X(20) VALUE "..."`, `x AS CHARACTER INIT "..."`. */
export const WORDILY_TYPED =
  /\s?:?\s(?:[\w&*<>[\]().?]{1,24}\s){1,5}(?::?=|VALUE|INITIAL|INIT|DEFAULT|default|value)\s{1,4}(?=[@LNbru]?["'`])/y
export const BASIC_TYPED =
  /[$%&!#]?\s(?:(?:As|AS|as|TYPE|type|of)\s\w{1,24}\s)?(?:=|VALUE)\s(?=["'])|\s(?:str|string)\s(?=["'])|[$%&!#](?=\s=\s["'])/y
/** A row of `;` or `,` separated cells: `place;name;value;...`. */
export const ROW_CELL = /([,;])(?=[^\s,;"'()]{8,256}(?:[,;]|\s*$))/y
export const DASH = /[ \t](?:-{1,2}|\xe2\x80\x93|\xe2\x80\x94)[ \t](?=\S)/y
/** `fill('#name', 'value')`, `By.ID, "name").send_keys("value")`, `fill_in 'name', with: 'value'`. */
export const TYPED_IN =
  /["'\]`)\\]{1,5}\s?(?:,\s|\)?\.|\)\))(?:perform\()?\w{0,12}(?:[tT]ype\w{0,8}|[kK]eys|fill|[vV]alue|val|with|input|enter)\s?[:(=]\s?\(?(?=["'`])|["'\]]{2,4},\s(?=["'`])/y
/** `[ name ] value` */
export const BRACKETED_NAME = /[ \t]?\][ \t]{1,8}(?=\[?[^\s[({<])/y
