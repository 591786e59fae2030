import { visibleRuns } from "./visible.js";

/**
 * The one door to the document: every text becomes a text node, with what is invisible made visible. No markup is parsed.
 * @typedef {Node | string | number | null | undefined | false} Child
 */

/**
 * An element.
 * @param {string} name tag, with classes after dots: `td.val.missing`
 * @param {Record<string, string | number | boolean | ((event: Event) => void) | null | undefined>} [props] attributes; a function is a listener
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement}
 */
export function el(name, props = {}, ...children) {
  const [tag = "div", ...classes] = name.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true && !key.startsWith("aria-")) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && (value !== false || key.startsWith("aria-"))) made.setAttribute(key, String(value));
  }
  append(made, ...children);
  return made;
}

/**
 * @param {Node} parent
 * @param {...(Child | Child[])} children
 */
export function append(parent, ...children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(child instanceof Node ? child : shownText(String(child)));
  }
}

/**
 * Text as nodes; signs for invisible characters are set apart.
 * @param {string} text
 * @param {string} [keep]
 */
export function shownText(text, keep = "") {
  const found = document.createDocumentFragment();
  for (const [sign, piece] of visibleRuns(text, keep)) {
    if (!sign) {
      found.appendChild(document.createTextNode(piece));
      continue;
    }
    const span = document.createElement("span");
    span.className = "inv";
    span.textContent = piece;
    found.appendChild(span);
  }
  return found;
}

/**
 * An element of the page that must be there.
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * A chip: glyph and word, with a tone.
 * @param {import("./types.js").Word} word
 */
export function chip(word) {
  return el(`span.chip.${word[2]}`, {}, el("span", { "aria-hidden": "true" }, word[0]), ` ${word[1]}`);
}
