import { append, chip, el } from "./dom.js";
import { causalPart, journalPart, ledgerPart, processPart, provenancePart, scrolling, wirePart } from "./evidence.js";
import { eventRow, eventText, guess } from "./events.js";
import { RowModel } from "./rows.js";
import { commandLine, fieldTable } from "./tables.js";
import { cutCode, laidOut, longCode } from "./values.js";
import { VirtualList } from "./virtual.js";

/** One cell: what was expected, what differs, who is to look, and all evidence in tabs. */

/** The tabs, in their order. */
export const TABS = ["surfaced", "sent", "lifecycle", "wire", "ledger", "journal", "provenance"];

const FIRST = 2;
const MOST = 100;

/** @type {Record<string, string>} */
const TAB_WORDS = {
  surfaced: "Surfaced", sent: "Sent", lifecycle: "Lifecycle", wire: "Wire and script", ledger: "Ledger",
  journal: "Journal and stderr", provenance: "Provenance",
};

/**
 * @typedef {{tab: string, mode: string, raw: boolean}} CellState
 * @typedef {{tab: string, mode: string, reveal: () => HTMLElement | undefined}} Stop  one place that differs
 */

export class CellView {
  /**
   * @param {import("./types.js").Index} index
   * @param {import("./types.js").Doc} doc
   * @param {string} subject
   * @param {Partial<CellState>} wanted
   * @param {(state: CellState) => void} onState called when a reader changed tab, mode or raw
   */
  constructor(index, doc, subject, wanted, onState) {
    const cell = doc.cells[subject];
    if (!cell) throw new Error(`${doc.id} has no cell of ${subject}`);
    this.index = index;
    this.doc = doc;
    this.cell = cell;
    this.subject = subject;
    this.onState = onState;
    this.state = this.initial(wanted);
    this.folded = false;
    /** @type {VirtualList[]} */
    this.lists = [];
    /** @type {Stop[]} */
    this.stops = [];
    this.stop = -1;
    this.body = el("div.plane-body", { id: "tab-body", role: "tabpanel", tabindex: -1 });
    this.bar = el("div.tabs", { role: "tablist", "aria-label": "Planes and evidence" });
    this.tools = el("div.tools");
    this.element = el("article.cellview", { "aria-labelledby": "cell-title" }, this.head(), this.differences(), this.bar, this.tools, this.body);
  }

  /**
   * @param {Partial<CellState>} wanted
   * @returns {CellState}
   */
  initial(wanted) {
    const first = this.cell.differences[0];
    const plane = first ? (first[2].split(".")[0] ?? "surfaced") : "surfaced";
    const tab = wanted.tab && TABS.includes(wanted.tab) ? wanted.tab : plane;
    const modes = this.modes();
    const shown = first?.[1].split(" + ").at(-1);
    const mode = [wanted.mode, shown, "stream", modes[0]].find((one) => one && modes.includes(one)) ?? "stream";
    return { tab, mode, raw: wanted.raw ?? false };
  }

  /** The modes that were played. */
  modes() {
    return Object.keys(this.doc.seen[this.subject] ?? this.doc.seen[this.doc.reference] ?? {});
  }

  /** Shows the state, from the beginning. */
  show() {
    for (const list of this.lists) list.stop();
    this.lists = [];
    this.stops = [];
    this.stop = -1;
    this.drawBar();
    this.drawTools();
    this.body.replaceChildren(this.part());
    this.body.setAttribute("aria-labelledby", `tab-${this.state.tab}`);
    for (const list of this.lists) list.start();
  }

  /** @param {Partial<CellState>} change */
  change(change) {
    this.state = { ...this.state, ...change };
    this.show();
    this.onState(this.state);
  }

  head() {
    const { doc, cell, subject, index } = this;
    const verdict = index.words.verdict[cell.verdict] ?? ["", cell.verdict, "error", ""];
    const sdk = index.subjects.find((one) => one.name === subject);
    const copy = el("button", { type: "button", id: "copy-replay", click: () => this.copy(copy) }, "copy");
    return el("header.cellhead", {},
      el("h2", { id: "cell-title", tabindex: -1 }, chip(verdict), " ", el("b", {}, subject), " on ", el("code", {}, doc.id)),
      el("p.headline", {}, cell.flaky ? `flaky, ${cell.flaky}: ` : null, cell.headline),
      el("div.two", {},
        el("div", {},
          el("p.expect", {}, el("b", {}, "Expected "), doc.expect, " ", el("small", {}, doc.source)),
          cell.answers.length ? el("div.answer", {}, el("b", {}, "Mine or theirs?"),
            el("ul", {}, cell.answers.map(([answer, checks]) => el("li", {}, answer, " ", el("small", {}, checks.join(", ")))))) : null,
          cell.knowns.map((known) => this.known(known, index)),
          cell.outcomes.length ? el("ul.plain", {}, cell.outcomes.map((line) => el("li", {}, line))) : null),
        el("div", {},
          el("p.replay", {}, el("b", {}, "See it again"), el("br"), el("code", {}, cell.replay), " ", copy),
          el("dl.meta", {},
            cell.reason === cell.headline ? null : this.fact("verdict", cell.reason),
            this.fact("scenario", `${doc.title} (${doc.level}, since codex ${doc.since})`),
            this.fact("SDK", sdk ? [`${sdk.sdk} ${sdk.version}`.trim(), sdk.runtime].filter(Boolean).join(", ") : subject),
            cell.rerun ? this.fact("played again", cell.rerun) : null,
            this.fact("took", `${cell.ms} ms`)))));
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  fact(name, value) {
    return el("div", {}, el("dt", {}, name), el("dd", {}, value));
  }

  /** @param {HTMLElement} [button] */
  async copy(button) {
    await navigator.clipboard.writeText(this.cell.replay);
    if (button) button.textContent = "copied";
  }

  /** The differences, new ones first, those of one reason together. */
  differences() {
    const { cell } = this;
    const box = el("section.diffs", { "aria-label": "Differences" });
    if (!cell.differences.length) return box;
    const groups = /** @type {[string, string][]} */ ([["new", "unexpected"], ["known", "expected"], ["cosmetic", "cosmetic"]]);
    for (const [sort, words] of groups) {
      const found = cell.differences.filter((one) => one[0] === sort);
      if (!found.length) continue;
      const list = el("ul.difflist", {}, found.slice(0, FIRST).map((one) => this.difference(one)));
      const more = this.others(found.slice(FIRST));
      const title = `${found.length} ${words} difference${found.length === 1 ? "" : "s"}`;
      if (sort === "cosmetic") box.append(el("details.fold", {}, el("summary", {}, title, el("small", {}, " told, never counted")), list, more));
      else append(box, el("h3", {}, title), list, more);
    }
    return box;
  }

  /**
   * The differences after the first ones, folded, so that the planes stay near.
   * @param {import("./types.js").Difference[]} found
   */
  others(found) {
    if (!found.length) return null;
    const list = el("ul.difflist", {}, found.slice(0, MOST).map((one) => this.difference(one)));
    return el("details.fold", {}, el("summary", {}, `${found.length} more`), list,
      found.length > MOST ? el("p.cut", {}, `${found.length - MOST} more are in the planes below.`) : null);
  }

  /** @param {import("./types.js").Difference} one */
  difference([, modes, check, kind, level, path, where, , sentence, reference, sdk]) {
    const word = this.index.words.class[kind] ?? ["", kind, "changed", ""];
    const mark = this.index.words.level[level] ?? ["", level, "off", ""];
    const values = reference === null && sdk === null ? null : el("span.sides", {},
      el("span.from", {}, el("small", {}, "reference "), Array.isArray(reference) ? cutCode(reference) : "nothing there"), " ",
      el("span.to", {}, el("small", {}, "SDK "), Array.isArray(sdk) ? cutCode(sdk) : "nothing there"));
    return el("li", {}, el("span", {}, chip(word), el(`span.level.${level}`, {}, ` ${mark[0]} ${mark[1]} `)),
      el("span", {}, el("button.link", { type: "button", click: () => this.open(check, modes) }, sentence), " ",
        el("small", {}, `${check}, ${modes}, ${where} `, el("code", {}, path)), values));
  }

  /**
   * @param {import("./types.js").Known} known
   * @param {import("./types.js").Index} index
   */
  known(known, index) {
    const link = known.issue && /^https?:\/\//.test(known.issue)
      ? el("a", { href: known.issue, rel: "noreferrer noopener" }, known.issue) : known.issue;
    return el("p.because", {}, el("b", {}, "Known: ", index.words.reason[known.reason] ?? known.reason), known.because ? `: ${known.because} ` : " ", link,
      known.flaky ? ` flaky: ${known.flaky[0]} plays, measured ${known.flaky[1]}` : null,
      known.since ? ` since ${known.since}` : null, known.until ? el("span.until", {}, ` until ${known.until}`) : null);
  }

  /**
   * Opens the plane of a check.
   * @param {string} check
   * @param {string} modes
   */
  open(check, modes) {
    const mode = modes.split(" + ").includes(this.state.mode) ? this.state.mode : (modes.split(" + ").at(-1) ?? this.state.mode);
    this.change({ tab: check.split(".")[0] ?? "surfaced", mode });
    const found = this.body.querySelector(`[data-check="${check}"]`);
    (found ?? this.body).scrollIntoView({ block: "start" });
    if (check === "surfaced.events") this.go(1);
  }

  drawBar() {
    const tabs = TABS.map((tab, number) => {
      const [grave, mild] = this.countOf(tab);
      const on = tab === this.state.tab;
      return el("button.tab", {
        type: "button", role: "tab", id: `tab-${tab}`, "aria-selected": on, "aria-controls": "tab-body", tabindex: on ? 0 : -1,
        title: `${number + 1}`, click: () => this.change({ tab }), keydown: (event) => this.arrow(/** @type {KeyboardEvent} */ (event)),
      }, TAB_WORDS[tab] ?? tab, number < 3 ? el(grave ? "span.count.bad" : "span.count", {}, grave ? `✗ ${grave}` : mild ? ` ○ ${mild}` : " ✓") : null);
    });
    this.bar.replaceChildren(...tabs);
  }

  /**
   * How many checks of a plane differ, and how many only in what is never counted.
   * @param {string} tab
   */
  countOf(tab) {
    const of = (/** @type {string} */ check) => check.startsWith(`${tab}.`);
    const grave = new Set(this.cell.differences.filter((one) => one[4] !== "cosmetic" && of(one[2])).map((one) => one[2]));
    for (const one of this.cell.checks) if (one.state === "not_done" && of(one.check)) grave.add(one.check);
    const mild = new Set(this.cell.checks.filter((one) => one.state === "differs" && of(one.check) && !grave.has(one.check)).map((one) => one.check));
    return [grave.size, mild.size];
  }

  /** @param {KeyboardEvent} event */
  arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(this.state.tab) + step + TABS.length) % TABS.length];
    this.change({ tab: next ?? "surfaced" });
    document.getElementById(`tab-${next}`)?.focus();
  }

  drawTools() {
    const { state } = this;
    /** @type {HTMLElement[]} */
    const found = [];
    const modes = this.modes();
    if (modes.length > 1 && state.tab !== "ledger" && state.tab !== "provenance") {
      found.push(el("span.group", { role: "group", "aria-label": "Mode" }, modes.map((mode) =>
        el("button", { type: "button", "aria-pressed": String(mode === state.mode), click: () => this.change({ mode }) }, mode))));
    }
    if (TABS.indexOf(state.tab) < 3) {
      found.push(el("span.group", { role: "group", "aria-label": "Form of the values" }, [false, true].map((raw) =>
        el("button", { type: "button", "aria-pressed": String(raw === state.raw), click: () => this.change({ raw }) }, raw ? "raw" : "normalised"))));
      const hits = this.hits();
      found.push(el("span.hint", {}, hits ? `rules replaced ${hits} values here: ` : "no rule replaced anything here",
        hits ? el("button.link", { type: "button", click: () => this.change({ tab: "ledger" }) }, "ledger") : null));
    }
    this.tools.replaceChildren(...found);
  }

  /** How many values rules have replaced in the plane and mode that are shown. */
  hits() {
    let sum = 0;
    for (const who of new Set([this.doc.reference, this.subject])) {
      for (const [, check, hits] of this.doc.seen[who]?.[this.state.mode]?.ledger ?? []) {
        if (check.startsWith(`${this.state.tab}.`)) sum += hits;
      }
    }
    return sum;
  }

  part() {
    const scene = { ...this, ...this.state };
    switch (this.state.tab) {
      case "wire":
        return wirePart(scene);
      case "ledger":
        return ledgerPart(scene);
      case "journal":
        return journalPart(scene);
      case "provenance":
        return provenancePart(scene);
      default:
        return this.plane();
    }
  }

  plane() {
    const { tab, mode, raw } = this.state;
    const box = el("div.plane");
    if (tab === "lifecycle") box.append(processPart({ ...this, ...this.state }), causalPart({ ...this, ...this.state }));
    if (tab === "surfaced") for (const turn of this.cell.turns) if (turn.mode === mode) box.append(this.timeline(turn));
    const checks = this.cell.checks.filter((one) => one.check.startsWith(`${tab}.`) && one.modes.split(" + ").includes(mode));
    if (raw) {
      box.append(this.rawSides());
      return box;
    }
    for (const one of checks) if (one.state !== "equal") box.append(this.check(one));
    const calm = checks.filter((one) => one.state === "equal");
    if (calm.length) box.append(this.equals(calm));
    if (!box.childNodes.length) box.append(el("p.hint", {}, "Nothing was compared here."));
    return box;
  }

  /** What was seen of both, before any rule. */
  rawSides() {
    const { doc, subject, state } = this;
    const box = el("div.sides");
    for (const who of new Set([doc.reference, subject])) {
      const side = doc.seen[who]?.[state.mode];
      const part = el("section", { "aria-label": `${who}, raw` }, el("h3", {}, who, el("small", {}, " as seen, before any rule")));
      const texts = state.tab === "surfaced" ? (side?.turns ?? []).map((turn) => turn.rest) : [...(side?.invocations ?? [])];
      if (state.tab === "lifecycle" && typeof side?.rest === "number") texts.push(side.rest);
      for (const at of texts) part.append(el("pre.json", {}, longCode(laidOut(doc.pool[at] ?? ""), 6000)));
      if (!texts.length) part.append(el("p.hint", {}, "nothing was seen"));
      box.append(part);
    }
    return box;
  }

  /** @param {import("./types.js").Check[]} calm */
  equals(calm) {
    const { doc, state } = this;
    const facts = doc.seen[this.subject]?.[state.mode]?.facts ?? {};
    return el("details.fold.calm", {}, el("summary", {}, `= ${calm.length} equal check${calm.length === 1 ? "" : "s"} `,
      el("small", {}, calm.map((one) => one.check).join(", "))),
    el("dl.values", {}, calm.map((one) => {
      const at = facts[one.check];
      return el("div", {}, el("dt", {}, el("code", {}, one.check), " ", el("small", {}, this.index.words.check[one.check] ?? "")),
        el("dd", {}, at === undefined ? "nothing there" : longCode(doc.pool[at] ?? "", 600)));
    })));
  }

  /** @param {import("./types.js").Check} one */
  check(one) {
    const state = one.state === "differs" ? "✗ differs" : one.state === "equal" ? "= equal" : "… not done";
    const box = el(`div.check-view.${one.state}`, { "data-check": one.check },
      el("h3", {}, el("code", {}, one.check), " ", el("span.dim", {}, this.index.words.check[one.check] ?? ""), " ", el("span.state", {}, state)));
    const answer = one.three_way && one.three_way !== "match" ? this.index.words.three_way[one.three_way] : null;
    if (answer) box.append(el("p.hint", {}, answer));
    one.lines.forEach((line, number) => box.append(scrolling(`codex invocation ${number}`, commandLine(this.index, line, number))));
    if (one.fields) box.append(scrolling(one.check, fieldTable(this, one.fields)));
    if (one.state === "not_done" && !one.fields && !one.lines.length) box.append(el("p.hint", {}, "It did not happen: nothing is known."));
    this.stops.push({ tab: this.state.tab, mode: this.state.mode, reveal: () => {
      box.scrollIntoView({ block: "center" });
      return box;
    } });
    return box;
  }

  /** @param {import("./types.js").Timeline} turn */
  timeline(turn) {
    const { doc, subject, state } = this;
    const of = { ...this, raw: state.raw };
    const model = new RowModel(turn.rows);
    const texts = (/** @type {string} */ who, /** @type {number} */ index) => eventText(of, who, turn, index);
    const [reference, sdk, golden] = turn.counts;
    const columns = golden === null ? 2 : 3;
    const list = new VirtualList({
      count: model.length, columns,
      label: `Events of turn ${turn.turn}, mode ${turn.mode}`,
      guess: (row) => guess(model, row),
      render: (row) => eventRow(of, model, row, columns, texts, () => list.reset(model.length)),
    });
    this.lists.push(list);
    for (let number = 0; number < model.differing; number++) {
      this.stops.push({ tab: state.tab, mode: state.mode, reveal: () => list.reveal(model.rowOf(number)) });
    }
    const fold = (/** @type {boolean} */ open) => {
      model.setAll(open);
      list.reset(model.length);
    };
    const several = this.cell.turns.filter((one) => one.mode === turn.mode).length > 1;
    return el("section.turn", { "data-check": "surfaced.events", "aria-label": `Events, turn ${turn.turn}` },
      el("h3", {}, "Events", several ? ` of turn ${turn.turn}` : null, el("small", {}, ` ${turn.mode}, ${state.raw ? "as seen" : "normalised"}; ${model.differing} of ${Math.max(reference, sdk).toLocaleString("en")} rows differ`)),
      turn.bounded ? el("p.cut", {}, "Too different to align in full: parts are paired by kind of event only.") : null,
      el("p.tools", {}, el("button.foldall", { type: "button", click: () => fold(true) }, "unfold equal events"), " ",
        el("button", { type: "button", click: () => fold(false) }, "fold them")),
      el(`div.eventhead.c${columns}`, { "aria-hidden": "true" }, el("span", {}), el("span", {}, `reference ${reference}`), el("span", {}, `${subject} ${sdk}`),
        golden === null ? null : el("span", {}, `golden ${golden}`)),
      reference + sdk ? list.element : el("p.hint", {}, `No event on either side of ${doc.id}.`));
  }

  /**
   * Goes to the next or the previous place that differs.
   * @param {number} step
   * @returns {boolean} whether there was one
   */
  go(step) {
    const next = this.stop + step;
    const found = this.stops[next];
    if (!found) return false;
    this.stop = next;
    for (const one of this.body.querySelectorAll(".here")) one.classList.remove("here");
    const shown = found.reveal();
    shown?.classList.add("here");
    shown?.focus({ preventScroll: true });
    return true;
  }

  /** Opens or folds all equal stretches. */
  fold() {
    const buttons = this.body.querySelectorAll(".turn .tools button");
    const at = this.folded ? 1 : 0;
    this.folded = !this.folded;
    buttons.forEach((button, number) => {
      if (number % 2 === at) /** @type {HTMLElement} */ (button).click();
    });
  }
}
