import { el } from "./dom.js";
import { valueCell } from "./values.js";

/** Tables of a cell: a command line word by word, values field by field. */

/** @type {Record<string, string>} the tone of a row by its kind */
export const ROW_TONE = { changed: "changed", missing: "missing", extra: "extra", duplicate: "extra", order_only: "moved", golden: "changed" };

/**
 * @typedef {{index: import("./types.js").Index, doc: import("./types.js").Doc, cell: import("./types.js").Cell, subject: string}} Subject  whose table it is
 */

/**
 * A command line, word by word.
 * @param {import("./types.js").Index} index
 * @param {import("./types.js").WordRow[]} line
 * @param {number} number
 */
export function commandLine(index, line, number) {
  const words = index.words.class;
  return el("table.argv", {}, el("caption", {}, `codex invocation ${number}`),
    el("thead", {}, el("tr", {}, ["reference", "SDK", "meaning"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, line.map(([state, reference, sdk, meaning]) => el(state === "equal" ? "tr" : `tr.${ROW_TONE[state] ?? state}`, {},
      valueCell(reference, ""), valueCell(sdk, ""),
      el("td.means", {}, state === "equal" ? null : el("b", {}, `${words[state]?.[0] ?? ""} ${words[state]?.[1] ?? state} `), meaning)))));
}

/**
 * Two or three values, field by field.
 * @param {Subject} of
 * @param {import("./types.js").Fields} fields
 */
export function fieldTable(of, fields) {
  const names = ["field", "reference", "SDK", ...(of.cell.golden ? ["golden"] : [])];
  return el("table.fields", {},
    el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, fields.differing.map((field) => fieldRow(of, field)), calmFields(fields, names.length)));
}

/**
 * @param {Subject} of
 * @param {import("./types.js").Field} field
 */
function fieldRow(of, [path, kind, reference, sdk, golden]) {
  const word = kind ? of.index.words.class[kind] : null;
  return el("tr.field", {}, el("th", { scope: "row" }, el("code", {}, path), " ", el("small", {}, word ? `${word[0]} ${word[1]}` : "golden differs")),
    valueCell(reference, "absent", kind === "missing" ? "missing" : ""), valueCell(sdk, "absent", kind === "extra" ? "extra" : ""),
    of.cell.golden ? valueCell(golden ?? "not asked", "absent") : null);
}

/**
 * @param {import("./types.js").Fields} fields
 * @param {number} columns
 */
function calmFields({ equal, cut }, columns) {
  if (!equal && !cut) return [];
  const told = [equal ? `${equal} equal field${equal === 1 ? "" : "s"}` : "", cut ? `${cut} more are not shown; run.jsonl has them all` : ""];
  return [el("tr.calm", {}, el("td", { colspan: columns }, el("small", {}, told.filter(Boolean).join("; "))))];
}
