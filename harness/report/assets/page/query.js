/** The filter: words and `key:value`, each of which may begin with `!`. All of them must hold. */

/** Keys that a filter knows; any other word is searched in ids, titles and sentences. */
export const KEYS = ["verdict", "level", "plane", "class", "check", "family", "sdk", "version", "scenario"];

/**
 * @typedef {{key: string, value: string, not: boolean}} Term
 */

/**
 * @param {string} text
 * @returns {Term[]}
 */
export function parseQuery(text) {
  /** @type {Term[]} */
  const found = [];
  for (const [, not, key, quoted, plain] of text.matchAll(/(!?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/g)) {
    const known = key !== undefined && KEYS.includes(key);
    const bare = quoted ?? plain ?? "";
    const value = (known || key === undefined ? bare : `${key}:${bare}`).toLowerCase();
    if (value) found.push({ key: known ? key : "", value, not: not === "!" });
  }
  return found;
}

/**
 * @param {Term[]} terms
 */
export function printQuery(terms) {
  return terms
    .map(({ key, value, not }) => `${not ? "!" : ""}${key ? `${key}:` : ""}${/\s/.test(value) ? `"${value}"` : value}`)
    .join(" ");
}

/**
 * The query with one key set to a value, or without it.
 * @param {string} text
 * @param {string} key
 * @param {string} value empty: without; `!x`: not x
 */
export function withTerm(text, key, value) {
  const terms = parseQuery(text).filter((term) => term.key !== key);
  if (value) terms.push({ key, value: value.replace(/^!/, "").toLowerCase(), not: value.startsWith("!") });
  return printQuery(terms);
}

/**
 * What a query says of one key, as {@link withTerm} takes it.
 * @param {string} text
 * @param {string} key
 */
export function termOf(text, key) {
  const found = parseQuery(text).find((term) => term.key === key);
  return found ? `${found.not ? "!" : ""}${found.value}` : "";
}

/**
 * Whether a cell fits.
 * @param {Term[]} terms
 * @param {import("./types.js").CellRow} row
 * @param {import("./types.js").Index} index
 */
export function fits(terms, row, index) {
  return terms.every((term) => holds(term, row, index) !== term.not);
}

/**
 * @param {Term} term
 * @param {import("./types.js").CellRow} row
 * @param {import("./types.js").Index} index
 */
function holds({ key, value }, row, index) {
  const [, scenario, subject, verdict, headline, levels, planes, kinds, checks, sentences, fingerprints] = row;
  const about = index.scenarios[scenario] ?? ["", "", "", ""];
  const sdk = index.subjects.find((one) => one.name === subject);
  switch (key) {
    case "verdict":
      return verdict === value || index.words.verdict[verdict]?.[1] === value;
    case "level":
      return levels.includes(value);
    case "plane":
      return planes.includes(value);
    case "class":
      return kinds.includes(value);
    case "check":
      return checks.some((one) => one.toLowerCase().includes(value));
    case "family":
      return about[0].toLowerCase() === value;
    case "sdk":
      return subject.toLowerCase() === value;
    case "version":
      return (sdk?.version ?? "").toLowerCase().startsWith(value);
    case "scenario":
      return scenario.toLowerCase().includes(value);
    default:
      return [scenario, subject, verdict, index.words.verdict[verdict]?.[1] ?? "", about[0], headline, about[1], about[2], ...sentences, ...fingerprints, ...kinds]
        .some((text) => text.toLowerCase().includes(value));
  }
}
