// Bytes out of a text, as xtask/npm/ascii.mjs writes it.
export function unpacked(text, size) {
  let at = 0;
  return new Uint8Array(size).map(() => {
    const code = text.charCodeAt(at++);
    return (code > 60 && code < 65 ? text.charCodeAt(at++) + (code - 60) * 52 : code) - 42;
  });
}
