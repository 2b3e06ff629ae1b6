import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findKeywords, hitCount, hits } from '../../src/scanner/prefilter.kernel.ts'
import { buildPrefilter, type Keyword } from '../../src/scanner/prefilter-tables.ts'

type Hit = readonly [at: number, keyword: number]

function found(keywords: readonly Keyword[], bytes: Uint8Array, start: number, end: number): Hit[] {
  const tables = buildPrefilter(keywords)
  const out: Hit[] = []
  let from = start
  while (from < end) {
    from = findKeywords(tables, bytes, from, end)
    for (let h = 0; h < hitCount; h++) out.push([hits[h * 2]!, hits[h * 2 + 1]!])
  }
  return sorted(out)
}

const sorted = (list: Hit[]): Hit[] => list.sort((a, b) => a[0] - b[0] || a[1] - b[1])

/** Every place of every keyword, by comparing. */
function oracle(keywords: readonly Keyword[], bytes: Uint8Array, start: number, end: number): Hit[] {
  const text = Buffer.from(bytes).toString('latin1')
  const out: Hit[] = []
  keywords.forEach((k, id) => {
    const word = Buffer.from(k.text).toString('latin1')
    for (let at = start; at + word.length <= end; at++) {
      const here = text.slice(at, at + word.length)
      const same = k.ignoreCase === true ? here.toLowerCase() === word.toLowerCase() : here === word
      if (same) out.push([at, id])
    }
  })
  return sorted(out)
}

const letters = fc.constantFrom('a', 'b', 'B', '_', 'é')
const keyword = fc.record({
  text: fc.string({ unit: letters, minLength: 3, maxLength: 7 }),
  ignoreCase: fc.boolean(),
})

test('every keyword is found at every place, whatever the alignment, and nothing outside the span', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(keyword, { minLength: 1, maxLength: 30, selector: (k) => `${k.text}${k.ignoreCase}` }),
      fc.string({ unit: letters, maxLength: 200 }),
      fc.nat(6),
      fc.nat(6),
      fc.nat(3),
      (keywords, text, skip, cut, offset) => {
        const encoded = Buffer.from(text)
        const bytes = new Uint8Array(new ArrayBuffer(encoded.length + offset), offset)
        bytes.set(encoded)
        const start = Math.min(skip, bytes.length)
        const end = Math.max(start, bytes.length - cut)
        assert.deepEqual(found(keywords, bytes, start, end), oracle(keywords, bytes, start, end))
      },
    ),
    { numRuns: 400 },
  )
})

test('a place that two pairs point at is reported once', () => {
  // `://` is short and `=http` long: their lanes overlap at odd places
  const words = ['://', 'http', 'tps:', '=http', '//a', ':///', 'key', '_key', 'api_key'].map((text) => ({
    text,
  }))
  const text = 'a=https://a x://b api_key=://a,key://, =http://a '.repeat(40)
  for (const lead of ['', 'x', 'xy', 'xyz']) {
    const bytes = Buffer.from(lead + text)
    assert.deepEqual(found(words, bytes, 0, bytes.length), oracle(words, bytes, 0, bytes.length))
  }
})

test('more hits than the buffer holds are all reported', () => {
  const bytes = Buffer.from('abcd'.repeat(20_000))
  assert.equal(found([{ text: 'abcd' }, { text: 'bcda' }], bytes, 0, bytes.length).length, 39_999)
})

test('keywords under three bytes are refused', () => {
  assert.throws(() => buildPrefilter([{ text: 'ab' }]), RangeError)
})
