/** Makes invisible characters visible, as `harness/report/visible.py` does; a table in tests holds both to it. */

const INVISIBLE = /[\p{C}\p{Z}]/u;
const DELETE = 0x7f;

/**
 * The sign that stands for one invisible character.
 * @param {string} char
 * @returns {string}
 */
export function signOf(char) {
  const code = /** @type {number} */ (char.codePointAt(0));
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === DELETE) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/**
 * A text in pieces, each with whether it stands for an invisible character.
 * @param {string} text
 * @param {string} [keep] characters that stay as they are
 * @returns {[sign: boolean, text: string][]}
 */
export function visibleRuns(text, keep = "") {
  if (!hasInvisible(text)) return text ? [[false, text]] : [];
  /** @type {[boolean, string][]} */
  const found = [];
  let plain = "";
  for (const char of text) {
    if (char === " " || keep.includes(char) || !INVISIBLE.test(char)) {
      plain += char;
      continue;
    }
    if (plain) found.push([false, plain]);
    plain = "";
    found.push([true, signOf(char)]);
  }
  if (plain) found.push([false, plain]);
  return found;
}

const OTHER_THAN_SPACE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/**
 * Whether a text has a character that nobody would see.
 * @param {string} text
 */
function hasInvisible(text) {
  return OTHER_THAN_SPACE.test(text);
}

/**
 * A text with everything invisible made visible.
 * @param {string} text
 * @param {string} [keep]
 */
export function visibleText(text, keep = "") {
  return visibleRuns(text, keep).map((piece) => piece[1]).join("");
}
