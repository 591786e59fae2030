import { CellView, TABS } from "./cell.js";
import { Store, unpack } from "./codec.js";
import { byId, el } from "./dom.js";
import { Overview } from "./overview.js";
import { parseRoute, printRoute } from "./route.js";

/** What the page is made to do: it shows what the URL fragment names, and writes into it what a reader chooses. */

const HELP = [
  ["n, p", "next, previous difference; in the overview the first cell that differs"],
  ["j, k", "next, previous cell that differs"],
  ["1 to 7", "the tabs of a cell"],
  ["r", "raw or normalised"],
  ["f", "fold or unfold what is equal"],
  ["c", "copy the command that plays it again"],
  ["/", "filter"],
  ["o, Esc", "overview"],
  ["?", "this help"],
];

class Page {
  /** @param {import("./types.js").Index} index */
  constructor(index) {
    this.index = index;
    this.store = new Store(index, (number) => contentOf(`chunk-${number}`));
    this.overview = new Overview(index, this.store, (query) => this.write("", { q: query }));
    this.title = document.title;
    this.place = byId("cell-view");
    /** @type {CellView | null} */
    this.view = null;
    this.seen = 0;
    this.help = this.makeHelp();
    this.scrolled = 0;
    addEventListener("hashchange", () => this.show());
    addEventListener("keydown", (event) => this.key(event));
    document.getElementById("b-help")?.addEventListener("click", () => this.help.showModal());
  }

  /** Shows what the fragment names. */
  async show() {
    const { place, params } = parseRoute(location.hash);
    const row = this.index.cells.find((one) => one[0] === place);
    if (row && this.index.pages[row[1]]) {
      location.href = `${this.index.pages[row[1]]}${location.hash}`;
      return;
    }
    if (row) await this.showCell(row, params);
    else this.showOverview(place, params);
  }

  /**
   * @param {import("./types.js").CellRow} row
   * @param {Record<string, string>} params
   */
  async showCell(row, params) {
    const ticket = ++this.seen;
    if (!this.view) this.scrolled = scrollY;
    const doc = await this.store.scenario(row[1]);
    if (ticket !== this.seen || !doc) return;
    const write = (/** @type {import("./cell.js").CellState} */ state) =>
      this.write(row[0], { tab: state.tab, mode: state.mode, raw: state.raw ? "1" : "" });
    this.view = new CellView(this.index, doc, row[2], { tab: params["tab"], mode: params["mode"], raw: params["raw"] === "1" }, write);
    byId("overview").hidden = true;
    byId("top").classList.add("small");
    this.place.hidden = false;
    this.place.replaceChildren(this.crumbs(row), this.view.element);
    this.view.show();
    document.title = `${row[2]}, ${row[1]} - codex-parity`;
    scrollTo({ top: 0, behavior: "instant" });
    this.place.querySelector("h2")?.focus({ preventScroll: true });
    document.documentElement.dataset["view"] = row[0];
  }

  /**
   * @param {string} place
   * @param {Record<string, string>} params
   */
  showOverview(place, params) {
    this.seen += 1;
    const back = this.view !== null;
    this.view = null;
    this.place.hidden = true;
    this.place.replaceChildren();
    byId("overview").hidden = false;
    byId("top").classList.remove("small");
    document.title = this.title;
    this.overview.apply(params["q"] ?? "");
    document.documentElement.dataset["view"] = "";
    const target = place ? document.getElementById(place) : params["q"] && !back ? document.getElementById("matrix") : null;
    if (target) {
      for (let one = target.parentElement; one; one = one.parentElement) if (one instanceof HTMLDetailsElement) one.open = true;
      if (target instanceof HTMLDetailsElement) target.open = true;
      target.scrollIntoView({ block: "start" });
    } else if (back) scrollTo({ top: this.scrolled, behavior: "instant" });
  }

  /** @param {import("./types.js").CellRow} row */
  crumbs(row) {
    const others = this.index.cells.filter((one) => one[1] === row[1]);
    const [before, after] = this.neighbours(row);
    const link = (/** @type {import("./types.js").CellRow | undefined} */ to, /** @type {string} */ words) =>
      to ? el("a", { href: `#${to[0]}`, title: `${to[2]}, ${to[1]}` }, words) : el("span.dim", {}, words);
    return el("nav.crumbs", { "aria-label": "Where this is" },
      el("a", { href: printRoute({ place: "", params: { q: this.overview.query } }) }, "← Overview"),
      el("span.siblings", { role: "group", "aria-label": "The other SDKs on this scenario" }, others.map((one) => {
        const word = this.index.words.verdict[one[3]] ?? ["?", one[3], "error", ""];
        return el(`a.sib.${word[2]}`, { href: `#${one[0]}`, "aria-current": one[0] === row[0] ? "page" : null }, `${word[0]} ${one[2]}`, el("span.sr", {}, ` ${word[1]}`));
      })),
      el("span.steps", {}, link(before, "↑ previous"), " ", link(after, "↓ next that differs")));
  }

  /**
   * The cells that differ around one.
   * @param {import("./types.js").CellRow} row
   */
  neighbours(row) {
    const all = this.index.cells;
    const here = all.indexOf(row);
    const stops = this.overview.stops();
    return [stops.filter((one) => all.indexOf(one) < here).at(-1), stops.find((one) => all.indexOf(one) > here)];
  }

  /**
   * Writes what is shown into the fragment, without a step in the history.
   * @param {string} place
   * @param {Record<string, string>} params
   */
  write(place, params) {
    history.replaceState(null, "", printRoute({ place, params }));
  }

  makeHelp() {
    const help = /** @type {HTMLDialogElement} */ (el("dialog.help", { id: "help", "aria-labelledby": "help-title" },
      el("h2", { id: "help-title" }, "Keys"),
      el("dl.meta", {}, HELP.map(([keys, words]) => el("div", {}, el("dt", {}, el("kbd", {}, keys ?? "")), el("dd", {}, words ?? "")))),
      el("h3", {}, "Filter"),
      el("p", {}, "Words, and `verdict:` `sdk:` `level:` `plane:` `family:` `class:` `check:` `version:` `scenario:`; a `!` before one turns it round."),
      el("form", { method: "dialog" }, el("button", {}, "close"))));
    document.body.append(help);
    return help;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || this.help.open) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (this.act(event.key)) event.preventDefault();
  }

  /**
   * @param {string} key
   * @returns {boolean} whether it means something here
   */
  act(key) {
    const view = this.view;
    if (key === "?") this.help.showModal();
    else if (key === "/") {
      if (view) location.hash = printRoute({ place: "", params: { q: this.overview.query } });
      this.overview.text?.focus();
    } else if (key === "j" || key === "k") this.step(key === "j" ? 1 : -1);
    else if (key === "n" || key === "p") {
      const step = key === "n" ? 1 : -1;
      if (!view?.go(step)) this.step(step);
    } else if (key === "f") {
      if (view) view.fold();
      else this.overview.fold();
    } else if (!view) return false;
    else if (key === "o" || key === "Escape") location.hash = printRoute({ place: "", params: { q: this.overview.query } });
    else if (key === "r") view.change({ raw: !view.state.raw });
    else if (key === "c") void view.copy(document.getElementById("copy-replay") ?? undefined);
    else if (/^[1-7]$/.test(key)) view.change({ tab: TABS[Number(key) - 1] ?? "surfaced" });
    else return false;
    return true;
  }

  /**
   * Goes to the next or the previous cell that differs.
   * @param {number} step
   */
  step(step) {
    const row = this.index.cells.find((one) => one[0] === parseRoute(location.hash).place);
    const stops = this.overview.stops();
    const next = row ? this.neighbours(row)[step > 0 ? 1 : 0] : stops[0];
    if (next) location.hash = `#${next[0]}`;
  }
}

/** @param {string} id */
function contentOf(id) {
  return /** @type {HTMLTemplateElement} */ (byId(id)).content.textContent ?? "";
}

/** Begins, once the page with its data is there. */
async function begin() {
  if (!("DecompressionStream" in globalThis)) return;
  const index = /** @type {import("./types.js").Index} */ ((await unpack(contentOf("index")))[0]);
  const page = new Page(index);
  document.documentElement.dataset["script"] = "";
  await page.show();
  document.documentElement.dataset["ready"] = "";
}

void begin();
