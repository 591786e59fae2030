import { textAt } from "./codec.js";
import { el } from "./dom.js";
import { ROW_TONE, fieldTable } from "./tables.js";
import { cutCode, longCode } from "./values.js";

/** @import { RowModel } from "./rows.js" */

/** The rows of a timeline, side by side. */

/**
 * @typedef {import("./tables.js").Subject & {raw: boolean}} EventsOf  whose events, and in which form
 */

/**
 * The text of one event of one side.
 * @param {EventsOf} of
 * @param {string} who
 * @param {import("./types.js").Timeline} turn
 * @param {number} index
 */
export function eventText(of, who, turn, index) {
  const side = of.doc.seen[who]?.[turn.mode];
  const stretches = of.raw ? side?.turns[turn.turn]?.events : side?.events[turn.turn];
  return textAt(of.doc, stretches, index);
}

/**
 * How high a row will be, before it is measured.
 * @param {RowModel} model
 * @param {number} row
 */
export function guess(model, row) {
  const { part } = model.at(row);
  if (part.kind === "equal") return part.open ? 34 : 40;
  const fields = part.row[4];
  return fields ? 60 + 34 * fields.differing.length : 70;
}

/**
 * One row: an equal event, a folded stretch, or what differs.
 * @param {EventsOf} of
 * @param {RowModel} model
 * @param {number} index
 * @param {number} columns
 * @param {(who: string, index: number) => string} text
 * @param {() => void} redraw
 */
export function eventRow(of, model, index, columns, text, redraw) {
  const { part, at } = model.at(index);
  const { doc, subject } = of;
  if (part.kind === "open") return openRow(of, part.row, columns, text);
  if (!part.open) {
    const unfold = () => {
      model.toggle(part);
      redraw();
    };
    return el("div.ev.folded", { role: "row" }, el("div.span", { role: "cell", "aria-colspan": columns },
      el("button.link", { type: "button", click: unfold }, `= ${part.count.toLocaleString("en")} equal events`),
      el("small", {}, ` ${part.start} to ${part.start + part.count - 1}`)));
  }
  const one = text(doc.reference, part.start + at);
  const two = text(subject, part.sdkStart + at);
  return el(`div.ev.equal.c${columns}`, { role: "row" },
    el("div.no", { role: "rowheader" }, `= ${part.start + at}`),
    el("div.val", { role: "cell" }, longCode(one, 300)),
    el("div.val", { role: "cell" }, one === two ? el("span.dim", {}, "= reference") : longCode(two, 300)),
    columns === 3 ? el("div.val", { role: "cell" }, el("span.dim", {}, "= reference")) : null);
}

/**
 * @param {EventsOf} of
 * @param {import("./types.js").OpenRow} row
 * @param {number} columns
 * @param {(who: string, index: number) => string} text
 */
function openRow(of, [kind, reference, sdk, golden, fields, title], columns, text) {
  const word = kind === "golden" ? ["≠", "golden differs"] : (of.index.words.class[kind] ?? ["", kind]);
  const tone = ROW_TONE[kind] ?? "changed";
  const side = (/** @type {string} */ who, /** @type {number | null} */ at, /** @type {string} */ mark) => at === null
    ? el("div.gap", { role: "cell" }, el("span", {}, "no such event"))
    : el(mark ? `div.val.${mark}` : "div.val", { role: "cell" }, el("small", {}, `event ${at} `), longCode(text(who, at), fields ? 160 : 600));
  const told = golden === null ? el("span.dim", {}, "not asked") : Array.isArray(golden) ? cutCode(golden) : el("span.dim", {}, golden);
  return el(`div.ev.open.${tone}`, { role: "row", tabindex: -1 },
    el(`div.line.c${columns}`, { role: "presentation" },
      el("div.no", { role: "rowheader" }, el("b", {}, `${word[0]} ${word[1]}`), el("small", {}, ` ${title}`)),
      side(of.doc.reference, reference, kind === "missing" ? "missing" : ""),
      side(of.subject, sdk, kind === "extra" || kind === "duplicate" ? "extra" : ""),
      columns === 3 ? el("div.val", { role: "cell" }, told) : null),
    fields ? el("div.span", { role: "cell" }, fieldTable(of, fields)) : null);
}
