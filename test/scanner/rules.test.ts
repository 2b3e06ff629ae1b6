import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/clock.ts'
import { builtinRuleData, builtinRules } from '../../src/scanner/builtin-rules.ts'
import { expandTemplate } from '../../src/scanner/example-template.ts'
import { builtinFailures, firstMatch } from '../../src/scanner/rule-examples.ts'
import { VALIDATORS } from '../../src/scanner/validators/table.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const data = builtinRuleData()
const compiled = new Map(builtinRules({ personal: true }).map((rule) => [rule.id, rule]))

test('every true example is found with its whole secret, and no false one', () => {
  assert.deepEqual(
    data.flatMap((rule) => builtinFailures(rule, compiled.get(rule.id)!, SEEDS)),
    [],
  )
})

test('an example is a template: what it makes differs from seed to seed', () => {
  for (const rule of data) {
    for (const template of rule.examples.true) {
      const [one, two] = [1, 2].map((seed) => expandTemplate(template, seededRandom(seed)))
      assert.notEqual(one!.text, two!.text, `${rule.id}: ${template}`)
    }
  }
})

test('ids are unique, validators exist', () => {
  const ids = data.map((rule) => rule.id)
  assert.deepEqual(ids, [...new Set(ids)])
  for (const rule of data) {
    if (rule.validator !== undefined) assert.ok(rule.validator in VALIDATORS, `${rule.id}: ${rule.validator}`)
  }
})

/** Words that stand in ordinary log lines. */
const GENERIC =
  /^(?:key|token|secret|password|passwd|pass|pwd|auth|api|apikey|api_key|bearer|basic|access|client|user|id|https?)[\s_:=-]*$/

test('no keyword is a generic word, and every one is plain ASCII', () => {
  for (const rule of data) {
    for (const keyword of rule.keywords) {
      assert.ok(rule.personal || !GENERIC.test(keyword), `${rule.id}: ${keyword}`)
      assert.match(keyword, /^[\x20-\x7e]{3,64}$/, rule.id)
    }
  }
})

test('every keyword of a rule leads to a match', () => {
  const dead: string[] = []
  for (const rule of data.filter((r) => r.anchor !== 'around')) {
    const texts = rule.examples.true.map((template) => expandTemplate(template, seededRandom(1)).text)
    for (const keyword of rule.keywords) {
      // Put in the place of a sibling where no example of its own is given.
      const own = texts.some((text) => text.includes(keyword))
      const tried = own
        ? texts.filter((text) => text.includes(keyword))
        : texts.map((text) => text.replace(rule.keywords.find((k) => text.includes(k)) ?? '', keyword))
      if (!tried.some((text) => firstMatch(compiled.get(rule.id)!, text) !== null))
        dead.push(`${rule.id}: ${keyword}`)
    }
  }
  assert.deepEqual(dead, [])
})
