// The wasm inside the default entry. Its text and the key come from bundle.mjs.
export const bytes = () => new Uint8Array(WASM_TEXT.length).map((_, at) => WASM_TEXT.charCodeAt(at) ^ WASM_KEY);
