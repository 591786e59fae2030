import { bytesOf, textAt } from "./codec.js";
import { el, shownText } from "./dom.js";
import { bytesText, hexRows } from "./hex.js";
import { laidOut, longCode } from "./values.js";

/** The parts of a cell that show where its facts come from: wire, ledger, journal, provenance, processes. */

/**
 * @typedef {{doc: import("./types.js").Doc, cell: import("./types.js").Cell, subject: string, mode: string, raw: boolean,
 *   index: import("./types.js").Index}} Scene  what a part of the view needs to know
 */

/**
 * @param {string} text
 * @param {string} [note]
 */
function heading(text, note) {
  return el("h3", {}, text, note ? el("small", {}, ` ${note}`) : null);
}

/**
 * What codex wrote, as text and as bytes, step by step.
 * @param {Scene} scene
 */
export function wirePart({ doc, subject, mode }) {
  const box = el("div.evidence");
  const side = doc.seen[subject]?.[mode];
  const journal = (side?.invocations ?? []).map((at) => JSON.parse(doc.pool[at] ?? "null"))
    .filter((one) => typeof one?.wrote === "number" && typeof one.turn === "number"); // a released codex keeps no journal
  if (journal.length) {
    box.append(el("p.hint", {}, "The journal of the mock: ", journal.map((one) => {
      const size = doc.wire[one?.turn]?.size;
      const tail = size === undefined ? "" : one.wrote === size ? ", the whole turn" : ` of the ${size} of its turn`;
      return `invocation ${journal.indexOf(one)} played turn ${one?.turn ?? "none"} and wrote ${one?.wrote} bytes${tail}`;
    }).join("; "), "."));
  }
  doc.wire.forEach((turn, number) => {
    box.append(heading(`Turn ${number}`, `${turn.size.toLocaleString("en")} bytes on standard output; chosen by: ${turn.by}`));
    const list = el("ol.steps", { start: 0 });
    for (const step of turn.steps.slice(0, 400)) list.append(stepItem(step));
    box.append(list);
    if (turn.steps.length > 400) box.append(el("p.cut", {}, `${turn.steps.length - 400} more steps are in the script below.`));
  });
  box.append(heading("Script", "as the mock was given it"), el("pre.json", {}, longCode(laidOut(doc.pool[doc.script] ?? ""), 20_000)));
  return box;
}

/** @param {import("./types.js").Step} step */
function stepItem([action, told, data, size]) {
  const item = el("li", {}, el("b.action", {}, action), told ? el("small", {}, ` ${told.slice(0, 400)}`) : null);
  if (data === null) return item;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : bytesOf(data[0]);
  const cut = size - bytes.length;
  item.append(
    el("small", {}, ` ${size.toLocaleString("en")} bytes`),
    el("div.wiretext", {}, el("code.long", {}, shownText(bytesText(bytes.subarray(0, 4096)), ""))),
  );
  const hex = el("details.fold", { toggle: () => {
    if (hex.querySelector("pre")) return;
    const { rows, cut: rest } = hexRows(bytes);
    hex.append(el("pre.hex", { tabindex: 0, "aria-label": "bytes in hex" }, el("code", {}, shownText(rows.join("\n"), "\n"))));
    if (rest + cut > 0) hex.append(el("p.cut", {}, `${(rest + cut).toLocaleString("en")} more bytes are not shown.`));
  } }, el("summary", {}, "hex"));
  item.append(hex);
  return item;
}

/**
 * Which rule of the normaliser hid what, how often.
 * @param {Scene} scene
 */
export function ledgerPart({ doc, subject }) {
  const box = el("div.evidence");
  const rows = [];
  for (const [side, who] of /** @type {[string, string][]} */ ([["reference", doc.reference], ["SDK", subject], ["golden", "golden"]])) {
    for (const [mode, seen] of Object.entries(doc.seen[who] ?? {})) {
      for (const [rule, check, hits, before, after] of seen.ledger) {
        rows.push(el("tr", {}, el("th", { scope: "row" }, rule), el("td", {}, `${side} `, el("small", {}, mode)), el("td", {}, check),
          el("td.num", {}, hits), el("td.val", {}, longCode(before, 400)), el("td.val", {}, longCode(after, 400))));
      }
    }
  }
  if (!rows.length) return el("div.evidence", {}, el("p.hint", {}, "No rule replaced anything: raw and normalised are the same."));
  const names = ["rule", "side", "check", "hits", "before", "after"];
  box.append(el("p.hint", {}, "Every replacement between what was seen and what was compared. `raw` above the planes shows the left of it."));
  box.append(scrolling("Ledger", el("table.ledger", {},
    el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows))));
  return box;
}

/**
 * A wide thing that scrolls by itself.
 * @param {string} label
 * @param {Node} child
 */
export function scrolling(label, child) {
  return el("div.scroll", { tabindex: 0, role: "region", "aria-label": label }, child);
}

/**
 * All that was seen, as it was seen, of reference and SDK.
 * @param {Scene} scene
 */
export function journalPart({ doc, subject, mode }) {
  const box = el("div.evidence.sides");
  for (const who of new Set([doc.reference, subject])) {
    const side = doc.seen[who]?.[mode];
    const part = el("section", { "aria-label": who }, heading(who, mode));
    if (!side) {
      part.append(el("p.hint", {}, "was not seen in this mode"));
      box.append(part);
      continue;
    }
    const rest = side.rest === null ? {} : JSON.parse(doc.pool[side.rest] ?? "{}");
    part.append(el("h4", {}, "Standard error of the driver"));
    part.append(rest.stderr ? el("pre", {}, longCode(String(rest.stderr), 8000)) : el("p.hint", {}, "nothing"));
    side.invocations.forEach((at, number) => {
      part.append(el("h4", {}, `Journal of codex invocation ${number}`), el("pre.json", {}, longCode(laidOut(doc.pool[at] ?? ""), 8000)));
    });
    side.turns.forEach((turn, number) => {
      part.append(el("h4", {}, `Turn ${number} beside its events`), el("pre.json", {}, longCode(laidOut(doc.pool[turn.rest] ?? ""), 8000)));
    });
    if (side.rest !== null) part.append(el("h4", {}, "The rest of the play"), el("pre.json", {}, longCode(laidOut(doc.pool[side.rest] ?? ""), 8000)));
    box.append(part);
  }
  return box;
}

/**
 * Where scenario, recording and golden come from.
 * @param {Scene} scene
 */
export function provenancePart({ doc }) {
  const facts = [
    ["scenario", doc.id], ["sha256", doc.sha256], ["source of the expectation", doc.source], ["level", doc.level],
    ["real codex", doc.confirmed_by.length ? `${doc.confirmed_by.join(", ")} showed the same as the mock that plays as this release` : "synthetic: no run of a real codex confirms what the mock plays"],
    ["not observed in this lane", doc.not_observed.join(", ") || "nothing"],
    ["since codex", doc.since], ["modes", doc.modes.join(", ")],
  ];
  const list = el("dl.meta", {}, facts.map(([name, value]) => el("div", {}, el("dt", {}, name ?? ""), el("dd", {}, value ?? ""))));
  const box = el("div.evidence", {}, list,
    heading("Where the bytes come from"), el("pre.json", {}, longCode(laidOut(doc.pool[doc.provenance] ?? ""))),
    heading("Golden", "what the official SDK did when it was recorded"), el("pre.json", {}, longCode(laidOut(doc.pool[doc.golden] ?? ""))));
  if (doc.outcomes.length) {
    box.append(heading("Declared outcomes", "equally right ones"));
    for (const at of doc.outcomes) box.append(el("pre.json", {}, longCode(laidOut(doc.pool[at] ?? ""))));
  }
  return box;
}

/**
 * The processes of codex on one axis of time, reference above SDK, with what ended them.
 * @param {Scene} scene
 */
export function processPart({ doc, subject, mode }) {
  /** @type {{who: string, number: number, from: number, to: number | null, one: any}[]} */
  const rows = [];
  let longest = 0;
  for (const who of new Set([doc.reference, subject])) {
    const found = (doc.seen[who]?.[mode]?.invocations ?? []).map((at) => JSON.parse(doc.pool[at] ?? "null"));
    const first = Math.min(...found.map((one) => Number(one?.started_ns ?? Infinity)));
    found.forEach((one, number) => {
      const from = (Number(one?.started_ns) - first) / 1e6;
      const to = one?.ended_ns ? (Number(one.ended_ns) - first) / 1e6 : null;
      longest = Math.max(longest, to ?? from);
      rows.push({ who, number, from, to, one });
    });
  }
  if (!rows.length) return el("p.hint", {}, "codex was not started in this mode.");
  const scale = (/** @type {number} */ ms) => (longest > 0 ? (100 * ms) / longest : 0);
  return scrolling("Processes of codex", el("table.processes", {},
    el("caption", {}, "Processes of codex ", el("small", {}, `0 to ${longest.toFixed(1)} ms after the first start; time is shown, never judged`)),
    el("thead", {}, el("tr", {}, ["whose", "process", "time", "signals", "end"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows.map(({ who, number, from, to, one }) => el("tr", {},
      el("th", { scope: "row" }, who), el("td", {}, `invocation ${number}`),
      el("td.lane", {}, el("span", { style: `margin-left: ${scale(from)}%; width: ${Math.max(1, scale((to ?? longest) - from))}%`, title: `${from.toFixed(1)} to ${to === null ? "?" : to.toFixed(1)} ms` })),
      el("td", {}, (one?.signals ?? []).join(", ") || "none"),
      el("td", {}, one?.end ?? "was killed before it could say", one?.alive_after ? el("b", {}, " still alive after the turn") : null))))));
}

/** @type {Record<string, [glyph: string, words: string, tone: string]>} */
const LINKS = {
  same: ["=", "shown as written", "same"],
  changed: ["~", "shown otherwise", "changed"],
  unseen: ["\u2212", "written, never shown", "missing"],
  invented: ["+", "shown, never written", "extra"],
};

/**
 * What codex wrote against what the SDK showed for it, line by line, as in a sequence chart.
 * @param {Scene} scene
 */
export function causalPart({ doc, cell, subject, mode }) {
  const box = el("div.causal");
  if (mode !== "stream") return box;
  for (const { turn, script, links } of cell.causal) {
    const written = doc.wire[script]?.lines;
    const shown = doc.seen[subject]?.[mode]?.events[turn];
    const rows = links.slice(0, 300).map(([kind, line, event, count]) => {
      const [glyph, words, tone] = LINKS[kind] ?? ["", kind, ""];
      const many = count > 1 ? ` to ${count - 1 + (line ?? event ?? 0)}` : "";
      const text = (/** @type {import("./types.js").Stretches | undefined} */ list, /** @type {number | null} */ at, /** @type {string} */ name) => at === null
        ? el("td.gap", {}, el("span", {}, "nothing"))
        : el("td.val", {}, el("small", {}, `${name} ${at}${many} `), longCode(textAt(doc, list, at), 200), count > 1 ? el("small", {}, ` and ${count - 1} more`) : null);
      return el(`tr.${tone}`, {}, text(written, line, "line"), el("td.arrow", {}, el("b", {}, glyph), el("small", {}, ` ${words}`)), text(shown, event, "event"));
    });
    box.append(scrolling(`Emitted against surfaced, turn ${turn}`, el("table.causal", {},
      el("caption", {}, "Emitted against surfaced ", el("small", {}, `turn ${turn}: what codex wrote, and what ${subject} made of it`)),
      el("thead", {}, el("tr", {}, ["codex wrote", "", "the SDK showed"].map((name) => el(name ? "th" : "td", { scope: name ? "col" : null }, name)))),
      el("tbody", {}, rows))));
    if (links.length > 300) box.append(el("p.cut", {}, `${links.length - 300} more rows are not shown.`));
    if (!links.length) box.append(el("p.cut", {}, "Too many lines to set against events here; the plane `surfaced` has them all."));
  }
  return box;
}
