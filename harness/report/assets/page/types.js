/**
 * The form of the data inside a page, as `harness/report/payload.py` and `pageindex.py` write it. Types only.
 * A number that names a text is an index into `Doc.pool`; a value is always its JSON text, never parsed.
 *
 * @typedef {[before: string, mark: string, after: string, note: string]} Cut  a value, cut around its difference
 * @typedef {Cut | string | null} Shown  a string is said in words; null is nothing there
 * @typedef {[path: string, kind: string | null, reference: Shown, sdk: Shown, golden: Shown]} Field
 * @typedef {{differing: Field[], equal: number, cut: number}} Fields
 * @typedef {[start: number, sdkStart: number, count: number]} EqualRow
 * @typedef {[kind: string, reference: number | null, sdk: number | null, golden: Shown, fields: Fields | null, title: string]} OpenRow
 * @typedef {{mode: string, turn: number, counts: [number, number, number | null], bounded: boolean, rows: (EqualRow | OpenRow)[]}} Timeline
 * @typedef {[state: string, reference: Shown, sdk: Shown, meaning: string]} WordRow
 * @typedef {{check: string, modes: string, state: string, three_way: string | null, fields: Fields | null, lines: WordRow[][]}} Check
 * @typedef {[sort: string, modes: string, check: string, kind: string, level: string, path: string, where: string,
 *   fingerprint: string, sentence: string, reference: Shown, sdk: Shown, known: number | null]} Difference
 * @typedef {{reason: string, because: string | null, issue: string | null, until: string | null, since: string | null, flaky: [string, string] | null}} Known
 * @typedef {{id: string, verdict: string, reason: string, headline: string, flaky: string | null, rerun: string | null,
 *   replay: string, ms: number, answers: [string, string[]][], outcomes: string[], differences: Difference[],
 *   knowns: Known[], turns: Timeline[], checks: Check[], golden: boolean, causal: {turn: number, script: number, links: Link[]}[]}} Cell
 * @typedef {[kind: "same" | "changed" | "unseen" | "invented", line: number | null, event: number | null, count: number]} Link
 * @typedef {[first: number, count: number][]} Stretches  indices into the pool
 * @typedef {{facts: Record<string, number>, events: Stretches[], ledger: [string, string, number, string, string][],
 *   invocations: number[], turns: {events: Stretches, rest: number}[], rest: number | null}} Side
 * @typedef {[action: string, told: string, data: string | [base64: string] | null, size: number]} Step
 * @typedef {{id: string, title: string, expect: string, source: string, family: string, level: string, since: string,
 *   provenance: number, sha256: string, confirmed_by: string[], not_observed: string[], modes: string[], golden: number, outcomes: number[], script: number,
 *   reference: string, wire: {by: string, size: number, steps: Step[], lines: Stretches}[], seen: Record<string, Record<string, Side>>,
 *   cells: Record<string, Cell>, pool: string[]}} Doc
 * @typedef {[id: string, scenario: string, subject: string, verdict: string, headline: string, levels: string[],
 *   planes: string[], kinds: string[], checks: string[], sentences: string[], fingerprints: string[]]} CellRow
 * @typedef {[glyph: string, word: string, tone: string, meaning: string]} Word
 * @typedef {{verdict: Record<string, Word>, class: Record<string, Word>, level: Record<string, Word>,
 *   check: Record<string, string>, plane: Record<string, string>, reason: Record<string, string>,
 *   three_way: Record<string, string>}} Words
 * @typedef {{reference: string, subjects: {name: string, sdk: string, version: string, runtime: string}[],
 *   scenarios: Record<string, [family: string, title: string, expect: string, level: string]>, cells: CellRow[],
 *   places: Record<string, [chunk: number, at: number]>, pages: Record<string, string>, words: Words}} Index
 */
export {};
