import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { signOf, visibleRuns, visibleText } from "../../../harness/report/assets/page/visible.js";

/** @type {{text: string, keep: string, shown: string}[]} */
const table = JSON.parse(readFileSync(new URL("../visible.json", import.meta.url), "utf-8"));

test("the table that Python is held to holds here as well", () => {
  assert.ok(table.length > 10);
  for (const { text, keep, shown } of table) assert.equal(visibleText(text, keep), shown);
});

test("a sign is set apart from the text around it", () => {
  assert.deepEqual(visibleRuns("a\u202eb"), [[false, "a"], [true, "<U+202E>"], [false, "b"]]);
  assert.deepEqual(visibleRuns(""), []);
  assert.equal(signOf("\u001b"), "\u241b");
});
