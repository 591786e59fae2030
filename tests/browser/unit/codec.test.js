import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";

import { Store, textAt, unpack } from "../../../harness/report/assets/page/codec.js";

/** @param {unknown} value */
const packed = (value) => deflateRawSync(JSON.stringify(value)).toString("base64");

test("what was packed comes back", async () => {
  assert.deepEqual(await unpack(`\n${packed([{ a: "\u2028\ud800" }])}\n`), [{ a: "\u2028\ud800" }]);
});

test("a scenario is opened from its chunk, each chunk once", async () => {
  /** @type {any} */
  const index = { places: { a: [0, 0], b: [1, 1], lost: [1, 9] } };
  /** @type {number[]} */
  const reads = [];
  const store = new Store(index, (chunk) => {
    reads.push(chunk);
    return packed(chunk ? [{ id: "x" }, { id: "b" }] : [{ id: "a" }]);
  });
  assert.equal((await store.scenario("b"))?.id, "b");
  assert.equal((await store.scenario("b"))?.id, "b");
  assert.equal((await store.scenario("a"))?.id, "a");
  assert.equal(await store.scenario("lost"), null);
  assert.equal(await store.scenario("nowhere"), null);
  assert.deepEqual(reads, [1, 0]);
  assert.equal(store.size, 2);
});

test("a list written as stretches is read by its index", () => {
  /** @type {any} */
  const doc = { pool: ["a", "b", "c", "d"] };
  assert.deepEqual([0, 1, 2, 3].map((at) => textAt(doc, [[2, 2], [0, 1]], at)), ["c", "d", "a", ""]);
  assert.equal(textAt(doc, undefined, 0), "");
});
