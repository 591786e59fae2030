import { append, el, shownText } from "./dom.js";

/** How a value of the run is shown: cut around its difference, or whole with a button for the rest. */

const ROOM = 1200;

/**
 * @param {import("./types.js").Shown} shown
 * @param {string} gap what to say when there is nothing
 * @param {string} [tone]
 * @returns {HTMLElement} a cell of a table
 */
export function valueCell(shown, gap, tone = "") {
  if (shown === null) return el("td.gap", {}, el("span", {}, gap));
  if (typeof shown === "string") return el("td.agrees", {}, shown);
  return el(tone ? `td.val.${tone}` : "td.val", {}, cutCode(shown));
}

/**
 * @param {import("./types.js").Cut} cut
 */
export function cutCode([before, mark, after, note]) {
  return el("code", {}, before, mark ? el("mark", {}, mark) : null, after, note ? el("small.cut", {}, ` [${note}]`) : null);
}

/**
 * A whole text in a `code`; a long one keeps its beginning until the reader asks for the rest.
 * @param {string} text
 * @param {number} [room]
 */
export function longCode(text, room = ROOM) {
  const code = el("code.long");
  if (text.length <= room) {
    code.append(shownText(text, "\n\t"));
    return code;
  }
  code.append(shownText(text.slice(0, room), "\n\t"));
  const more = el("button.more", { type: "button", click: () => {
    more.remove();
    code.append(shownText(text.slice(room), "\n\t"));
  } }, `… show all ${text.length.toLocaleString("en")} characters`);
  const box = el("span", {});
  append(box, code, more);
  return box;
}

/**
 * JSON text with line breaks, numbers as they were written: only what stands outside of strings is laid out.
 * @param {string} text
 */
export function laidOut(text) {
  let out = "";
  let depth = 0;
  const newline = () => `\n${"  ".repeat(depth)}`;
  for (const part of text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^"[\]{},:\s]+/gs) ?? []) {
    if (part === "{" || part === "[") {
      depth += 1;
      out += part + newline();
    } else if (part === "}" || part === "]") {
      depth -= 1;
      out = /[[{]\s*$/.test(out) ? out.trimEnd() + part : out + newline() + part;
    } else if (part === ",") out += part + newline();
    else out += part === ":" ? ": " : part;
  }
  return out;
}
