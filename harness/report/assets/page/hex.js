/** Bytes for the eye: offset, hex, text; 16 to a row. */

/**
 * @param {Uint8Array} bytes
 * @param {number} [most] rows
 * @returns {{rows: string[], cut: number}}
 */
export function hexRows(bytes, most = 256) {
  const rows = [];
  const end = Math.min(bytes.length, most * 16);
  for (let at = 0; at < end; at += 16) {
    const part = [...bytes.subarray(at, Math.min(at + 16, end))];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0"));
    const left = hex.slice(0, 8).join(" ").padEnd(23);
    const right = hex.slice(8).join(" ").padEnd(23);
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "\u00b7")).join("");
    rows.push(`${at.toString(16).padStart(8, "0")}  ${left}  ${right}  ${text}`);
  }
  return { rows, cut: bytes.length - end };
}

/**
 * Bytes as text; a byte that is not UTF-8 becomes `<0xNN>`.
 * @param {Uint8Array} bytes
 */
export function bytesText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return piecewise(bytes);
  }
}

/** @param {Uint8Array} bytes */
function piecewise(bytes) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const size = lengthOf(bytes[at] ?? 0);
    try {
      text += decoder.decode(bytes.subarray(at, at + size));
      at += size;
    } catch {
      text += `<0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0")}>`;
      at += 1;
    }
  }
  return text;
}

/** @param {number} byte the first of a character */
function lengthOf(byte) {
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 1;
}
