import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeywordFinder } from '../../../src/scanner/prefilter/keyword-finder.ts'
import type { Keyword } from '../../../src/scanner/prefilter/keyword-tables.ts'
import { SpanList } from '../../../src/scanner/prefilter/span-list.ts'
import { makeWindowFilter } from '../../../src/scanner/prefilter/window-filter.ts'

type Hit = readonly [at: number, keyword: number]
type Span = readonly [start: number, end: number]

/** Both forms of the sieves; hits by span. */
const FORMS = [undefined, null] as const

function foundIn(
  keywords: readonly Keyword[],
  bytes: Uint8Array,
  spans: readonly Span[],
  form: undefined | null = undefined,
): Hit[][] {
  const finder = new KeywordFinder(keywords, makeWindowFilter(form))
  const list = SpanList.of(spans.length)
  spans.forEach(([start, end], i) => {
    list.set(i, start, end)
  })
  list.count = spans.length
  const out: Hit[][] = spans.map(() => [])
  finder.begin(bytes, list)
  let span = 0
  while (finder.next()) {
    assert.ok(finder.span >= span, 'spans come in order')
    span = finder.span
    for (let h = 0; h < finder.hitCount; h++) out[span]!.push([finder.hitAt[h]!, finder.hitKeyword[h]!])
  }
  return out.map(sorted)
}

const found = (
  keywords: readonly Keyword[],
  bytes: Uint8Array,
  start: number,
  end: number,
  form?: undefined | null,
): Hit[] => foundIn(keywords, bytes, [[start, end]], form)[0]!

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
        const expected = oracle(keywords, bytes, start, end)
        for (const form of FORMS) assert.deepEqual(found(keywords, bytes, start, end, form), expected)
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

test('spans keep their hits to themselves, in whatever order they lie, and however near or far', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(keyword, { minLength: 1, maxLength: 20, selector: (k) => `${k.text}${k.ignoreCase}` }),
      fc.string({ unit: letters, minLength: 1, maxLength: 300 }),
      fc.array(fc.tuple(fc.nat(400), fc.nat(30)), { minLength: 1, maxLength: 40 }),
      fc.boolean(),
      (keywords, text, places, inOrder) => {
        const bytes = Buffer.from(text)
        const spans = places.map(([at, length]): Span => {
          const start = at % bytes.length
          return [start, Math.min(bytes.length, start + length)]
        })
        if (inOrder) spans.sort((a, b) => a[0] - b[0])
        const expected = spans.map(([start, end]) => oracle(keywords, bytes, start, end))
        for (const form of FORMS) assert.deepEqual(foundIn(keywords, bytes, spans, form), expected)
      },
    ),
    { numRuns: 400 },
  )
})

test('a keyword across the pieces of a long span is found, and far spans are', () => {
  const words = [{ text: 'ghp_' }, { text: '://' }, { text: 'PRIVATE KEY' }]
  for (const shift of [0, 1, 2, 3, 7, 12]) {
    const bytes = Buffer.alloc(140_000, 'lorem ipsum ')
    for (const at of [65_536, 131_070]) bytes.write(' PRIVATE KEY ghp_ a://', at - 11 + shift)
    const spans: Span[] = [
      [0, bytes.length],
      [70_000, 70_002],
      [131_000, 131_100],
      [5, 40],
      [65_500 + shift, bytes.length],
    ]
    for (const form of FORMS)
      assert.deepEqual(
        foundIn(words, bytes, spans, form),
        spans.map(([start, end]) => oracle(words, bytes, start, end)),
      )
  }
})

test('a marked span is visited though it holds nothing, in its turn', () => {
  const finder = new KeywordFinder([{ text: 'ghp_' }])
  const bytes = Buffer.from('ghp_ nothing x ghp_ ghp_')
  const list = SpanList.of(4)
  const spans = [
    [0, 5],
    [5, 12],
    [12, 13],
    [13, bytes.length],
  ] as const
  spans.forEach(([start, end], i) => {
    list.set(i, start, end)
  })
  list.mark(1)
  list.mark(2)
  list.count = 4
  finder.begin(bytes, list)
  const visits: [number, number][] = []
  while (finder.next()) visits.push([finder.span, finder.hitCount])
  assert.deepEqual(visits, [
    [0, 1],
    [1, 0],
    [2, 0],
    [3, 2],
  ])
})

test('keywords under three bytes are refused', () => {
  assert.throws(() => new KeywordFinder([{ text: 'ab' }]), RangeError)
})
