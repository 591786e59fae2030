/** What the page shows, as a URL fragment: `#cell-a--b?tab=sent&mode=run`, `#?q=verdict:known`, `#causes`. */

/**
 * @typedef {{place: string, params: Record<string, string>}} Route
 */

/**
 * @param {string} hash with or without `#`
 * @returns {Route}
 */
export function parseRoute(hash) {
  const text = hash.replace(/^#/, "");
  const at = text.indexOf("?");
  const place = decoded(at < 0 ? text : text.slice(0, at));
  /** @type {Record<string, string>} */
  const params = {};
  if (at >= 0) for (const [key, value] of new URLSearchParams(text.slice(at + 1))) params[key] = value;
  return { place, params };
}

/**
 * @param {Route} route empty values are left out
 */
export function printRoute({ place, params }) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params).sort()) if (value) query.set(key, value);
  const text = query.toString();
  return `#${encodeURIComponent(place)}${text ? `?${text}` : ""}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
