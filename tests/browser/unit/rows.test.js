import assert from "node:assert/strict";
import { test } from "node:test";

import { RowModel } from "../../../harness/report/assets/page/rows.js";
import { Heights } from "../../../harness/report/assets/page/virtual.js";

/** @type {import("../../../harness/report/assets/page/types.js").OpenRow} */
const differing = ["missing", 7, null, null, null, "title"];

/** @param {RowModel} model */
const shape = (model) => model.parts.map((part) => (part.kind === "open" ? "x" : `${part.open ? "+" : "-"}${part.start}/${part.sdkStart}:${part.count}`));

test("equal events are folded but for two on each side of a difference", () => {
  const model = new RowModel([[0, 0, 100], differing, [101, 100, 50]]);
  assert.deepEqual(shape(model), ["-0/0:98", "+98/98:2", "x", "+101/100:2", "-103/102:48"]);
  assert.equal(model.length, 1 + 2 + 1 + 2 + 1);
  assert.equal(model.differing, 1);
  assert.equal(model.rowOf(0), 3);
  assert.equal(model.rowOf(1), -1);
});

test("a short stretch stays open, and a turn without differences is one fold", () => {
  assert.deepEqual(shape(new RowModel([[0, 0, 5], differing])), ["+0/0:5", "x"]);
  assert.deepEqual(shape(new RowModel([[0, 0, 100000]])), ["-0/0:100000"]);
  assert.equal(new RowModel([]).length, 0);
});

test("a fold opens to one row per event, and any row is found", () => {
  const model = new RowModel([[0, 5, 100000], differing]);
  const [fold] = model.parts;
  assert.ok(fold);
  model.toggle(fold);
  assert.equal(model.length, 100001);
  const { part, at } = model.at(99_000);
  assert.deepEqual([part.kind, part.kind === "equal" && part.sdkStart + at], ["equal", 99005]);
  assert.equal(model.rowOf(0), 100000);
  model.setAll(false);
  assert.equal(model.length, 1 + 2 + 1);
  model.setAll(true);
  assert.equal(model.length, 100001);
  assert.throws(() => new RowModel([]).at(0), /no row 0/);
});

test("heights are summed in blocks: offset and place are each other's inverse", () => {
  const heights = new Heights(1000, (index) => 10 + (index % 7));
  let sum = 0;
  for (let at = 0; at < 1000; at++) {
    assert.equal(heights.offset(at), sum);
    assert.equal(heights.at(sum), at);
    assert.equal(heights.at(sum + 5), at);
    sum += 10 + (at % 7);
  }
  assert.equal(heights.total, sum);
  assert.equal(heights.at(sum + 1000), 999);
  assert.equal(heights.set(500, 100), 100 - (10 + (500 % 7)));
  assert.equal(heights.offset(501) - heights.offset(500), 100);
});
