// The wasm inside the default entry, as xtask/npm/ascii.mjs writes it. The text comes from the bundler.
export function bytes() {
  const text = WASM_TEXT;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at);
    if (code > 60 && code < 65) code = text.charCodeAt(++at) + (code - 60) * 52;
    bytes[length++] = code - 42;
  }
  return bytes.subarray(0, length);
}
