import { byId, el } from "./dom.js";
import { fits, parseQuery, termOf, withTerm } from "./query.js";

/** The overview: its matrix is filtered, folded and searched; everything it shows stands in the page already. */

const KEYS_OF = /** @type {[string, string][]} */ ([["f-verdict", "verdict"], ["f-sdk", "sdk"], ["f-level", "level"], ["f-plane", "plane"], ["f-family", "family"]]);

export class Overview {
  /**
   * @param {import("./types.js").Index} index
   * @param {import("./codec.js").Store} store
   * @param {(query: string) => void} onQuery called when a reader changed the filter
   */
  constructor(index, store, onQuery) {
    this.index = index;
    this.store = store;
    this.onQuery = onQuery;
    this.query = "";
    /** @type {Map<string, import("./types.js").CellRow>} */
    this.rows = new Map(index.cells.map((row) => [row[0], row]));
    this.text = /** @type {HTMLInputElement | null} */ (document.getElementById("f-text"));
    this.connect();
  }

  connect() {
    if (!this.text) return;
    const controls = /** @type {HTMLFormElement} */ (byId("controls"));
    controls.hidden = false;
    controls.addEventListener("submit", (event) => event.preventDefault());
    this.text.addEventListener("input", () => this.set(this.text?.value ?? ""));
    for (const [id, key] of KEYS_OF) {
      const select = /** @type {HTMLSelectElement} */ (byId(id));
      select.addEventListener("change", () => this.set(withTerm(this.query, key, select.value)));
    }
    byId("b-fold").addEventListener("click", () => this.fold());
    byId("b-values").addEventListener("click", () => this.searchValues());
  }

  /** @param {string} query */
  set(query) {
    this.apply(query);
    this.onQuery(query);
  }

  /**
   * Shows the cells that fit.
   * @param {string} query
   */
  apply(query) {
    this.query = query;
    if (!this.text) return;
    if (this.text.value !== query) this.text.value = query;
    for (const [id, key] of KEYS_OF) {
      const select = /** @type {HTMLSelectElement} */ (byId(id));
      const value = termOf(query, key);
      select.value = [...select.options].find((one) => one.value.toLowerCase() === value)?.value ?? "";
    }
    byId("found").hidden = true;
    const terms = parseQuery(query);
    const hits = new Set(this.index.cells.filter((row) => fits(terms, row, this.index)).map((row) => row[0]));
    let scenarios = 0;
    for (const family of document.querySelectorAll("details.family")) {
      let any = false;
      for (const line of family.querySelectorAll("tbody tr")) {
        let hit = !terms.length;
        for (const link of line.querySelectorAll("td a")) {
          const on = hits.has(idOf(link));
          link.parentElement?.classList.toggle("faint", !on);
          hit = hit || on;
        }
        line.classList.toggle("filtered", !hit);
        any = any || hit;
        scenarios += hit ? 1 : 0;
      }
      family.classList.toggle("filtered", !any);
      if (terms.length && any) /** @type {HTMLDetailsElement} */ (family).open = true;
    }
    byId("f-count").textContent = terms.length
      ? `${hits.size} of ${this.index.cells.length} cells in ${scenarios} scenarios`
      : `${this.index.cells.length} cells`;
  }

  /** The cells that fit the filter and are not plainly equal, in the order of the run. */
  stops() {
    const terms = parseQuery(this.query);
    const calm = ["match", "not_applicable", "could_not_run"];
    const fitting = this.index.cells.filter((row) => fits(terms, row, this.index) && (terms.length || !calm.includes(row[3])));
    const bad = fitting.filter((row) => ["divergence", "changed", "incomplete", "harness_error"].includes(row[3]));
    return bad.length ? bad : fitting;
  }

  /** Opens all families, or closes them when all are open. */
  fold() {
    const all = /** @type {HTMLDetailsElement[]} */ ([...document.querySelectorAll("details.family:not(.filtered)")]);
    const open = !all.every((one) => one.open);
    for (const one of all) one.open = open;
    byId("b-fold").textContent = open ? "fold all" : "unfold all";
  }

  /** Searches the words of the filter in every value of the run, scenario by scenario. */
  async searchValues() {
    const words = parseQuery(this.query).filter((term) => !term.key && !term.not).map((term) => term.value);
    const list = byId("found");
    list.hidden = false;
    list.replaceChildren(el("li.hint", {}, words.length ? "searching …" : "Write a word into the filter first."));
    if (!words.length) return;
    const found = [];
    let more = 0;
    for (let number = 0; number < this.store.size; number++) {
      for (const doc of await this.store.chunk(number)) {
        const hit = doc.pool.find((text) => words.every((word) => text.toLowerCase().includes(word)));
        if (hit === undefined) continue;
        if (found.length >= 60) more += 1;
        else found.push(el("li", {}, el("a", { href: `#${Object.values(doc.cells)[0]?.id ?? ""}` }, el("code", {}, doc.id)), " ", el("small", {}, around(hit, words[0] ?? ""))));
      }
    }
    list.replaceChildren(el("li.hint", {}, `${found.length + more} scenarios have it in a value${more ? `; the first ${found.length} are listed` : ""}`), ...found);
  }
}

/**
 * @param {string} text
 * @param {string} word
 */
function around(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
  return `${at ? "… " : ""}${text.slice(at, at + 120)}${text.length > at + 120 ? " …" : ""}`;
}

/** @param {Element} link */
function idOf(link) {
  return (link.getAttribute("href") ?? "").split("#")[1] ?? "";
}
