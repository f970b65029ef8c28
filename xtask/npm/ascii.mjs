// Bytes as printable ASCII, which no page's encoding and no bundler touches. A byte is 42 more, so
// that the frequent ones, 0 to 32, are characters; what is none of the 85 characters that need no
// escape anywhere becomes two. pkg-template/bytes.js reads it.

/** They mean something in quotes, in templates or in HTML. */
const special = '"\'`\\$<';
/**
 * The first of the four characters that stand before another, and how much each adds to it more
 * than the last.
 */
const FIRST = 61;
const STEP = 52;

const isPlain = code => code >= 32 && code < 127 && !special.includes(String.fromCharCode(code));

/** The text of one byte. */
function character(byte) {
  const code = (byte + 42) & 255;
  if (isPlain(code) && !(code >= FIRST && code < FIRST + 4)) return String.fromCharCode(code);
  const nth = [1, 2, 3, 4].find(nth => isPlain((code - nth * STEP) & 255));
  return String.fromCharCode(FIRST + nth - 1, (code - nth * STEP) & 255);
}

export const ascii = bytes => Array.from(bytes, character).join('');
