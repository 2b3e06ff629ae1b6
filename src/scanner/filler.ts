const X = 120
const UPPER_X = 88
/** How many of a character in a row make a filler; 0 where no number does. */
const RUN = new Uint8Array(256)
RUN[X] = 6
RUN[UPPER_X] = 6
RUN[42] = 3 // *
RUN[46] = 3 // .
RUN[48] = 9 // 0
RUN[60] = 1 // <
RUN[123] = 2 // {
const DOLLAR = 36
const BRACE = 123

/** Up to this many distinct characters of the body make a filler. */
const FEW = 4
const MIN_BODY = 12
const PREFIX = 8
const LONG = 16

/** `xxxxxx`, `***`, `...`, `000000000`, `<name>`, `${name}`, `{{name}}` somewhere in it. */
function holdsFiller(text: string): boolean {
  let before = -1
  let run = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    run = c === before ? run + 1 : 1
    if (RUN[c & 255] === run && c < 256) return true
    if (c === BRACE && before === DOLLAR) return true
    before = c
  }
  return false
}

/** `ghp_xxxxxxxx`, `AKIAAAAAAAAAAAAAAAAA`, `sk_live_1234567890...`: a form filled with nothing. */
export function isFiller(text: string): boolean {
  if (holdsFiller(text)) return true
  const from = text.length > LONG ? PREFIX : 0
  if (text.length - from < MIN_BODY) return false
  let low = 0
  let high = 0
  let distinct = 0
  // distinct characters of the body, folded to 64 bits
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i)
    const bit = 1 << (c & 31)
    const seen = (c & 32) === 0 ? low : high
    if ((seen & bit) !== 0) continue
    if (++distinct > FEW) return false
    if ((c & 32) === 0) low |= bit
    else high |= bit
  }
  return true
}
