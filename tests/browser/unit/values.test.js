import "./document.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { el } from "../../../harness/report/assets/page/dom.js";
import { cutCode, laidOut, longCode, valueCell } from "../../../harness/report/assets/page/values.js";

test("JSON text is laid out and its numbers stay as they were written", () => {
  assert.equal(laidOut('{"a": 1.0, "b": [], "c": {"d": [12345678901234567890, "x, {y"]}}'), [
    "{", '  "a": 1.0,', '  "b": [],', '  "c": {', '    "d": [', "      12345678901234567890,", '      "x, {y"', "    ]", "  }", "}",
  ].join("\n"));
  assert.equal(laidOut("null"), "null");
});

test("a value is text, whatever it looks like", () => {
  const made = el("td.val", { title: "<b>" }, "<script>alert(1)</script>\u202e");
  assert.equal(made.textContent, "<script>alert(1)</script><U+202E>");
  assert.equal(made.className, "val");
});

test("a long text keeps its beginning until the rest is asked for", () => {
  /** @type {any} */
  const box = longCode("x".repeat(5000), 100);
  const [code, more] = box.childNodes;
  assert.equal(code.textContent.length, 100);
  assert.match(more.textContent, /show all 5,000 characters/);
  more.listeners.click();
  assert.equal(code.textContent.length, 5000);
  assert.equal(longCode("short").textContent, "short");
});

test("nothing there, words and values are three things", () => {
  assert.equal(valueCell(null, "absent").className, "gap");
  assert.equal(valueCell("= reference", "").className, "agrees");
  assert.equal(valueCell(["a", "b", "c", "cut: 9 characters"], "", "missing").textContent, "abc [cut: 9 characters]");
  assert.equal(cutCode(["", "", "", ""]).textContent, "");
});
