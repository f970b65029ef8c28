// The wasm inside the default entry, as xtask/npm/ascii.mjs writes it. Text and size come from the
// bundler.
export function bytes() {
  const text = WASM_TEXT;
  let at = 0;
  return new Uint8Array(WASM_SIZE).map(() => {
    const code = text.charCodeAt(at++);
    return (code > 60 && code < 65 ? text.charCodeAt(at++) + (code - 60) * 52 : code) - 42;
  });
}
