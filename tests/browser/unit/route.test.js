import assert from "node:assert/strict";
import { test } from "node:test";

import { parseRoute, printRoute } from "../../../harness/report/assets/page/route.js";

test("every state has a fragment, and the fragment has the state", () => {
  /** @type {import("../../../harness/report/assets/page/route.js").Route[]} */
  const routes = [
    { place: "", params: {} },
    { place: "causes", params: {} },
    { place: "cell-exec.items.a--left", params: { mode: "run", tab: "sent" } },
    { place: "", params: { q: 'verdict:known "a b" &=#%' } },
  ];
  for (const route of routes) assert.deepEqual(parseRoute(printRoute(route)), route);
});

test("a fragment that is no text is taken as it is", () => {
  assert.deepEqual(parseRoute("#%E0%A4%A"), { place: "%E0%A4%A", params: {} });
  assert.equal(printRoute({ place: "a", params: { q: "" } }), "#a");
});
