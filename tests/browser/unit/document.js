/** A document of a few lines, enough for the modules that make elements: text and attributes, no layout. */

class FakeNode {
  constructor() {
    /** @type {any[]} */
    this.childNodes = [];
    /** @type {Record<string, string>} */
    this.attributes = {};
    this.className = "";
    this.text = "";
    /** @type {Record<string, (event: any) => void>} */
    this.listeners = {};
  }

  get textContent() {
    return this.text + this.childNodes.map((node) => node.textContent).join("");
  }

  set textContent(/** @type {string} */ text) {
    this.text = text;
  }

  /** @param {any} child */
  appendChild(child) {
    this.childNodes.push(...(child.fragment ? child.childNodes : [child]));
    return child;
  }

  /** @param {...any} children */
  append(...children) {
    for (const child of children) this.appendChild(child);
  }

  remove() {
    this.text = "";
    this.childNodes = [];
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  /**
   * @param {string} name
   * @param {(event: any) => void} listener
   */
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
}

Object.assign(globalThis, {
  Node: FakeNode,
  document: {
    createElement: (/** @type {string} */ tag) => Object.assign(new FakeNode(), { tag }),
    createTextNode: (/** @type {string} */ text) => Object.assign(new FakeNode(), { text }),
    createDocumentFragment: () => Object.assign(new FakeNode(), { fragment: true }),
    getElementById: () => null,
  },
});
