import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/clock.ts'
import { builtinRuleData, builtinRules } from '../../src/scanner/builtin-rules.ts'
import { ruleRegex } from '../../src/scanner/compile-rule.ts'
import { expandTemplate } from '../../src/scanner/example-template.ts'

const data = builtinRuleData()

/** The pattern without escapes and classes, so that what is left of `*`, `+` and `{n,}` is a quantifier. */
const bare = (source: string): string => source.replace(/\\./g, 'a').replace(/\[[^\]]*\]/g, 'a')

test('no pattern repeats without bound', () => {
  for (const rule of data) {
    assert.doesNotMatch(bare(ruleRegex(rule).source), /[^(]\*|[^(]\+|\{\d+,\}/, rule.id)
  }
})

const TEXT_CHARACTERS = 20_000
const SEPARATORS = ['', ' ', '-', '.', '=', '"', '\\n', '_', ':', '/']

/** Texts made to make a backtracking engine repeat itself: keywords, half-finished tokens and runs of one character. */
function* attacks(keyword: string, example: string): Generator<string> {
  for (const separator of SEPARATORS) {
    const unit = keyword + separator
    yield unit.repeat(Math.ceil(TEXT_CHARACTERS / unit.length))
  }
  for (const cut of [0.3, 0.6, 0.9, 0.98]) {
    const unit = `${example.slice(0, Math.floor(example.length * cut))} `
    yield unit.repeat(Math.ceil(TEXT_CHARACTERS / unit.length))
  }
  for (const character of ['a', '0', 'A', '-', '.', ' ', '=', '\\', '"', '%']) {
    yield keyword + character.repeat(TEXT_CHARACTERS)
  }
}

/** A pattern that is not linear would not end within the time limit of the runner; no time is asserted here. */
test('every rule comes to an end on texts made to stall it', { timeout: 60_000 }, () => {
  const compiled = builtinRules({ personal: true })
  let runs = 0
  for (const [i, rule] of compiled.entries()) {
    const keyword = rule.keywords[0]!
    const example = expandTemplate(data[i]!.examples.true[0]!, seededRandom(1)).text
    for (const text of attacks(keyword, example)) {
      // The engine runs a rule at each of its keywords; a sample of them shows growth as well as all do.
      let at = text.indexOf(keyword)
      for (let k = 0; at >= 0 && k < 40; k++) {
        rule.match(text, at)
        at = text.indexOf(keyword, at + 1)
        runs++
      }
    }
  }
  assert.ok(runs > compiled.length * 20)
})
