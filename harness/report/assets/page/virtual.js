import { el } from "./dom.js";

/** A list of any length of which only what can be seen is in the document. Heights are guessed, then measured. */

const BLOCK = 64;
const AHEAD = 900;
const FEW = 400;

/** Sums of row heights in blocks, so that a place in a long list is found without walking over all of it. */
export class Heights {
  /**
   * @param {number} count
   * @param {(index: number) => number} guess
   */
  constructor(count, guess) {
    this.rows = new Float64Array(count);
    this.blocks = new Float64Array(Math.ceil(count / BLOCK));
    for (let at = 0; at < count; at++) this.set(at, guess(at));
  }

  /**
   * @param {number} index
   * @param {number} height
   * @returns {number} by how much it has grown
   */
  set(index, height) {
    const grown = height - (this.rows[index] ?? 0);
    this.rows[index] = height;
    this.blocks[Math.floor(index / BLOCK)] = (this.blocks[Math.floor(index / BLOCK)] ?? 0) + grown;
    return grown;
  }

  /** @param {number} index */
  offset(index) {
    let sum = 0;
    const block = Math.floor(index / BLOCK);
    for (let at = 0; at < block; at++) sum += this.blocks[at] ?? 0;
    for (let at = block * BLOCK; at < index; at++) sum += this.rows[at] ?? 0;
    return sum;
  }

  /** The height of all rows. */
  get total() {
    return this.blocks.reduce((sum, one) => sum + one, 0);
  }

  /**
   * The row at a height from the top; the last one below the end.
   * @param {number} y
   */
  at(y) {
    let block = 0;
    let rest = y;
    while (block < this.blocks.length - 1 && rest >= (this.blocks[block] ?? 0)) rest -= this.blocks[block++] ?? 0;
    let index = block * BLOCK;
    while (index < this.rows.length - 1 && rest >= (this.rows[index] ?? 0)) rest -= this.rows[index++] ?? 0;
    return index;
  }
}

export class VirtualList {
  /**
   * @param {{count: number, guess: (index: number) => number, render: (index: number) => HTMLElement, label: string, columns: number}} options
   */
  constructor({ count, guess, render, label, columns }) {
    this.render = render;
    this.guess = guess;
    /** @type {Map<number, HTMLElement>} */
    this.live = new Map();
    this.before = el("div.pad", { role: "presentation" });
    this.after = el("div.pad", { role: "presentation" });
    this.body = el("div.rows", { role: "rowgroup" }, this.before, this.after);
    this.element = el("div.events", {
      role: "table", "aria-label": label, "aria-colcount": columns, tabindex: 0,
    }, this.body);
    this.onScroll = () => this.update();
    this.count = 0;
    this.heights = new Heights(0, guess);
    this.reset(count);
  }

  /** @param {number} count */
  reset(count) {
    this.count = count;
    this.heights = new Heights(count, this.guess);
    this.element.setAttribute("aria-rowcount", String(count));
    for (const row of this.live.values()) row.remove();
    this.live.clear();
    if (this.element.isConnected) this.update();
  }

  /** Begins to follow the window. */
  start() {
    addEventListener("scroll", this.onScroll, { passive: true });
    addEventListener("resize", this.onScroll, { passive: true });
    this.update();
  }

  /** Stops to follow the window. */
  stop() {
    removeEventListener("scroll", this.onScroll);
    removeEventListener("resize", this.onScroll);
  }

  /** Puts the rows that can be seen into the document, and takes the others out. */
  update() {
    if (!this.element.isConnected) {
      this.stop();
      return;
    }
    if (!this.count) return;
    for (let turn = 0; turn < 4; turn++) {
      const top = this.body.getBoundingClientRect().top;
      const few = this.count <= FEW; // all of them, so that print and the browser's own search have them too
      const first = few ? 0 : this.heights.at(Math.max(0, -top - AHEAD));
      const last = few ? this.count - 1 : this.heights.at(Math.max(0, innerHeight - top + AHEAD));
      if (!this.place(first, last)) break;
    }
  }

  /**
   * @param {number} first
   * @param {number} last
   * @returns {boolean} whether measured heights were other than guessed
   */
  place(first, last) {
    for (const [index, row] of this.live) {
      if (index < first || index > last) {
        row.remove();
        this.live.delete(index);
      }
    }
    /** @type {Element} */
    let behind = this.before;
    for (let index = first; index <= last; index++) {
      let row = this.live.get(index);
      if (!row) {
        row = this.render(index);
        row.setAttribute("aria-rowindex", String(index + 1));
        this.live.set(index, row);
      }
      if (behind.nextElementSibling !== row) behind.after(row);
      behind = row;
    }
    let moved = false;
    for (const [index, row] of this.live) {
      const height = row.getBoundingClientRect().height;
      if (height > 0 && Math.abs(this.heights.set(index, height)) > 0.5) moved = true;
    }
    const above = this.heights.offset(first);
    const shown = this.heights.offset(last + 1) - above;
    this.before.style.height = `${above}px`;
    this.after.style.height = `${Math.max(0, this.heights.total - above - shown)}px`;
    return moved;
  }

  /**
   * Brings a row to the middle of the window.
   * @param {number} index
   * @returns {HTMLElement | undefined}
   */
  reveal(index) {
    for (let turn = 0; turn < 3; turn++) {
      const top = this.body.getBoundingClientRect().top + scrollY;
      scrollTo({ top: Math.max(0, top + this.heights.offset(index) - innerHeight / 3), behavior: "instant" });
      this.update();
    }
    return this.live.get(index);
  }
}
