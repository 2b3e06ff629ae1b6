/**
 * Parts that patterns of rules share; a pattern names one as `(?&uuid)`, which is no JavaScript syntax otherwise. All are
 * linear: alternatives never begin with the same character, repetitions are bounded and end where the next part begins.
 */

/** A line break of a PEM text as logs write it: itself, escaped once or more, or percent-encoded. */
const LINE_BREAK = '(?:\\\\{1,4}(?:[nr]|u000[aAdD])|%0[AaDd]|[\\r\\n])'
/** What may stand between two runs of base64: line breaks, blanks, quotes and commas of source code. */
const GAP = `(?:\\\\{1,4}(?:[nrt"]|u000[aAdD])|%0[AaDd]|%20|[ \\t\\r\\n",'|>])`
const BASE64 = '(?:[A-Za-z0-9+/=]|%2[BbFf]|%3[Dd])'

const FRAGMENTS: Readonly<Record<string, string>> = {
  uuid: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
  /** A slash as URLs, JSON (`\\/`) and query strings (`%2F`) write it. */
  slash: '(?:\\\\{0,2}/|%2[Ff])',
  /** Scheme and subdomains, if they stand there. */
  'url-start': '(?:https?(?::|%3[Aa])(?:\\\\{0,2}/|%2[Ff]){2})?(?:[\\w-]{1,63}\\.){0,3}',
  /** Headers (`Proc-Type: 4,ENCRYPTED`) and base64 in runs long enough not to be prose. */
  'pem-body':
    `${GAP}{0,8}(?:[A-Z][A-Za-z0-9-]{2,24}: [\\w ,.()@<>/+=-]{1,80}${LINE_BREAK}{1,8}){0,6}` +
    `${BASE64}{20,8000}(?:${GAP}{1,8}${BASE64}{16,8000}){0,200}`,
  /** The last, short run. */
  'pem-tail': `${GAP}{0,8}(?:${BASE64}{1,15}${GAP}{1,8}){0,2}`,
}

/** The pattern with its fragments filled in. @throws SyntaxError when it names one that does not exist */
export function fillFragments(pattern: string): string {
  return pattern.replace(/\(\?&([a-z0-9-]+)\)/g, (_, name: string) => {
    const fragment = FRAGMENTS[name]
    if (fragment === undefined) throw new SyntaxError(`no pattern fragment is named ${name}`)
    return fragment
  })
}
