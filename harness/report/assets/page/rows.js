/** The rows of a timeline: what is equal is folded, with some of it left open around each difference. */

const CONTEXT = 2;
const SHORT = 6;

/**
 * @typedef {{kind: "equal", start: number, sdkStart: number, count: number, open: boolean}} EqualPart
 * @typedef {{kind: "open", row: import("./types.js").OpenRow, number: number}} OpenPart
 * @typedef {EqualPart | OpenPart} Part
 * @typedef {{part: Part, at: number}} Place  a row: its part, and which row of an open equal part
 */

export class RowModel {
  /**
   * @param {(import("./types.js").EqualRow | import("./types.js").OpenRow)[]} rows
   */
  constructor(rows) {
    /** @type {Part[]} */
    this.parts = [];
    this.starts = new Uint32Array(1);
    this.length = 0;
    let number = 0;
    rows.forEach((row, at) => {
      if (typeof row[0] === "number") this.addEqual(/** @type {import("./types.js").EqualRow} */ (row), at > 0, at < rows.length - 1);
      else this.parts.push({ kind: "open", row: /** @type {import("./types.js").OpenRow} */ (row), number: number++ });
    });
    /** How many rows differ. */
    this.differing = number;
    this.measure();
  }

  /**
   * @param {import("./types.js").EqualRow} row
   * @param {boolean} before whether a difference comes before
   * @param {boolean} after whether one comes after
   */
  addEqual([start, sdkStart, count], before, after) {
    const head = before ? Math.min(CONTEXT, count) : 0;
    const tail = after ? Math.min(CONTEXT, count - head) : 0;
    const middle = count - head - tail;
    if (middle < SHORT) {
      this.part(start, sdkStart, count, true);
      return;
    }
    this.part(start, sdkStart, head, true);
    this.part(start + head, sdkStart + head, middle, false);
    this.part(start + head + middle, sdkStart + head + middle, tail, true);
  }

  /**
   * @param {number} start
   * @param {number} sdkStart
   * @param {number} count
   * @param {boolean} open
   */
  part(start, sdkStart, count, open) {
    if (count) this.parts.push({ kind: "equal", start, sdkStart, count, open });
  }

  /** Where each part begins, in rows. */
  measure() {
    const starts = new Uint32Array(this.parts.length + 1);
    this.starts = starts;
    this.parts.forEach((part, at) => {
      starts[at + 1] = (starts[at] ?? 0) + (part.kind === "equal" && part.open ? part.count : 1);
    });
    this.length = starts[this.parts.length] ?? 0;
  }

  /**
   * @param {number} index
   * @returns {Place}
   */
  at(index) {
    let low = 0;
    let high = this.parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const part = this.parts[low];
    if (!part) throw new Error(`no row ${index}`);
    return { part, at: index - (this.starts[low] ?? 0) };
  }

  /**
   * Opens or closes an equal part.
   * @param {Part} part
   */
  toggle(part) {
    if (part.kind === "equal") part.open = !part.open;
    this.measure();
  }

  /**
   * Opens or closes all equal parts that are long enough.
   * @param {boolean} open
   */
  setAll(open) {
    for (const part of this.parts) if (part.kind === "equal") part.open = open || part.count <= CONTEXT;
    this.measure();
  }

  /**
   * The row of the n-th difference.
   * @param {number} number
   */
  rowOf(number) {
    const found = this.parts.findIndex((part) => part.kind === "open" && part.number === number);
    return found < 0 ? -1 : (this.starts[found] ?? 0);
  }
}
