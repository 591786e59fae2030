/** The data inside the page: base64 of deflated JSON, unpacked when it is asked for and then kept. */

/**
 * @param {string} text base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(text) {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/**
 * @param {string} text base64 of raw deflate of JSON
 * @returns {Promise<any>}
 */
export async function unpack(text) {
  const stream = new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

/** Opens scenarios by their place. */
export class Store {
  /**
   * @param {import("./types.js").Index} index
   * @param {(chunk: number) => string} read the packed text of a chunk
   */
  constructor(index, read) {
    this.index = index;
    this.read = read;
    /** @type {Map<number, Promise<import("./types.js").Doc[]>>} */
    this.open = new Map();
  }

  /** How many chunks there are. */
  get size() {
    return Object.values(this.index.places).reduce((most, place) => Math.max(most, place[0] + 1), 0);
  }

  /**
   * All scenarios of a chunk.
   * @param {number} number
   */
  chunk(number) {
    let found = this.open.get(number);
    if (!found) {
      found = unpack(this.read(number));
      this.open.set(number, found);
    }
    return found;
  }

  /**
   * One scenario, or null when its data is not in this page.
   * @param {string} name
   * @returns {Promise<import("./types.js").Doc | null>}
   */
  async scenario(name) {
    const place = this.index.places[name];
    if (!place) return null;
    return (await this.chunk(place[0]))[place[1]] ?? null;
  }
}

/**
 * The text at a place of a list that is written as stretches.
 * @param {import("./types.js").Doc} doc
 * @param {import("./types.js").Stretches | undefined} stretches
 * @param {number} index
 * @returns {string}
 */
export function textAt(doc, stretches, index) {
  let rest = index;
  for (const [first, count] of stretches ?? []) {
    if (rest < count) return doc.pool[first + rest] ?? "";
    rest -= count;
  }
  return "";
}
