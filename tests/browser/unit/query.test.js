import assert from "node:assert/strict";
import { test } from "node:test";

import { fits, parseQuery, printQuery, termOf, withTerm } from "../../../harness/report/assets/page/query.js";

/** @type {any} */
const index = {
  subjects: [{ name: "left", sdk: "left-sdk", version: "1.2.3", runtime: "" }],
  scenarios: { "exec.items.a": ["items", "A title", "An expectation", "contract"] },
  words: { verdict: { could_not_run: ["", "could not run", "", ""] } },
};
/** @type {any} */
const row = ["cell-a--left", "exec.items.a", "left", "divergence", "the headline", ["contract"], ["surfaced"], ["missing"],
  ["surfaced.events"], ["the SDK drops x"], ["0123456789ab"]];

/** @param {string} query */
const hit = (query) => fits(parseQuery(query), row, index);

test("a query reads and prints words, keys, quotes and negations", () => {
  assert.deepEqual(parseQuery('verdict:known !sdk:left "two words" x:y'), [
    { key: "verdict", value: "known", not: false },
    { key: "sdk", value: "left", not: true },
    { key: "", value: "two words", not: false },
    { key: "", value: "x:y", not: false },
  ]);
  assert.equal(printQuery(parseQuery('!verdict:known "two words"')), '!verdict:known "two words"');
  assert.deepEqual(parseQuery("  "), []);
});

for (const query of ["", "verdict:divergence", "!verdict:match", "level:contract", "plane:surfaced", "class:missing", "check:events",
  "family:items", "sdk:left", "version:1.2", "scenario:items.a", "title", "DROPS", "0123456789ab", "verdict:divergence !sdk:right"]) {
  test(`a cell fits ${query || "an empty filter"}`, () => assert.ok(hit(query)));
}

for (const query of ["verdict:match", "!level:contract", "plane:sent", "family:framing", "sdk:lef", "version:2", "nothing"]) {
  test(`a cell does not fit ${query}`, () => assert.ok(!hit(query)));
}

test("a key is set, read and taken away without the rest", () => {
  assert.equal(withTerm("abc verdict:known", "verdict", "!match"), "abc !verdict:match");
  assert.equal(termOf("abc !verdict:match", "verdict"), "!match");
  assert.equal(withTerm("abc verdict:known", "verdict", ""), "abc");
  assert.equal(termOf("abc", "verdict"), "");
});
