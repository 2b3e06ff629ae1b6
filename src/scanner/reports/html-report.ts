import type { FileFinding } from '../files/file-finding.ts'
import { counted, escapeMarkup, placeOf, type Report } from './report.ts'

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-left: .4rem solid #c77700; border-radius: .4rem; padding: .6rem 1rem; margin: .8rem 0; }
article.mortal { border-left-color: #c4002b; }
article.honeytoken { border-left-color: #6f2dbd; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .5rem; background: color-mix(in srgb, currentColor 8%, transparent); white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; } dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
details summary { cursor: pointer; }
`

function* article(finding: FileFinding): Iterable<string> {
  const kind = finding.kind === 'honeytoken' ? 'honeytoken' : finding.severity
  const pair = (name: string, value: string): string => `<dt>${name}</dt><dd>${escapeMarkup(value)}</dd>`
  yield `<article class="${kind}"><h2>${escapeMarkup(placeOf(finding))}</h2>\n`
  yield `<p>${escapeMarkup(finding.description)}</p><pre>${escapeMarkup(finding.snippet)}</pre>\n<dl>`
  yield pair('rule', finding.ruleId) +
    pair('severity', kind) +
    pair('confidence', finding.confidence.toFixed(2))
  yield pair('secret', finding.secret ?? finding.masked) + pair('fingerprint', finding.fingerprint)
  if (finding.commit !== undefined) {
    yield pair('commit', `${finding.commit.id} by ${finding.commit.author}, ${finding.commit.date}`)
  }
  yield '</dl><details><summary>why</summary><ul>'
  for (const stage of finding.stages) {
    yield `<li>${escapeMarkup(`${stage.stage} ${stage.delta >= 0 ? '+' : ''}${stage.delta}: ${stage.note}`)}</li>`
  }
  yield '</ul></details></article>\n'
}

/** One page without scripts or outside resources. */
export const htmlReport: Report = function* ({ findings, totals, version }) {
  const title = `${findings.length === 0 ? 'No secrets' : counted(findings.length, 'secret')} in ${counted(totals.files, 'file')}`
  yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`
  yield `<meta name="viewport" content="width=device-width"><title>telltale: ${title}</title><style>${STYLE}</style></head><body>\n`
  yield `<h1>${title}</h1>\n`
  for (const finding of findings) yield* article(finding)
  if (totals.problems.length > 0) {
    yield `<h2>Problems</h2><ul>${totals.problems.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>\n`
  }
  yield `<footer><small>telltale ${escapeMarkup(version)}</small></footer></body></html>\n`
}
