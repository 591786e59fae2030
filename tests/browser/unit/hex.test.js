import assert from "node:assert/strict";
import { test } from "node:test";

import { bytesText, hexRows } from "../../../harness/report/assets/page/hex.js";

test("bytes are shown by sixteen, with their offset and their text", () => {
  const { rows, cut } = hexRows(new TextEncoder().encode('{"type":"thread.started"}\n'));
  assert.deepEqual(rows, [
    '00000000  7b 22 74 79 70 65 22 3a  22 74 68 72 65 61 64 2e  {"type":"thread.',
    '00000010  73 74 61 72 74 65 64 22  7d 0a                    started"}\u00b7',
  ]);
  assert.equal(cut, 0);
  assert.equal(hexRows(new Uint8Array(100), 2).cut, 68);
  assert.deepEqual(hexRows(new Uint8Array(0)), { rows: [], cut: 0 });
});

test("a byte that is no UTF-8 is named, and the rest is text", () => {
  assert.equal(bytesText(Uint8Array.from([0x61, 0xff, 0xc3, 0xa4, 0xe2, 0x80])), "a<0xFF>\u00e4<0xE2><0x80>");
  assert.equal(bytesText(new TextEncoder().encode("\ufeff\u{1f98a}")), "\ufeff\u{1f98a}");
  assert.equal(bytesText(Uint8Array.from([0xff, 0xf0, 0x9f, 0xa6, 0x8a])), "<0xFF>\u{1f98a}");
});
