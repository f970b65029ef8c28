// Ids as hashes of them, for pages and servers: in an entry of its own, so that who wants none does not
// pay for it. The wasm inside is written by xtask/npm/ascii.mjs; text and size come from the bundler.
import * as glue from './generated-hash/consentry_bg.js';
import { INVALID_ARGUMENT, INVALID_USER_ID, WASM_UNAVAILABLE, codes } from './generated/names.js';
import { coded } from './errors.js';
import { unpacked } from './unpacked.js';

let runs = false;

function start() {
  if (runs) return;
  const bytes = unpacked(HASH_TEXT, HASH_SIZE);
  let exports;
  try {
    ({ exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { './consentry_bg.js': glue }));
  } catch (error) {
    throw coded(...WASM_UNAVAILABLE, '' + error);
  }
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  runs = true;
}

/** HMAC-SHA-256 of an id under a salt, as 64 hexadecimal digits. */
export function hashId(id, salt) {
  if (typeof id === 'number') id = '' + id;
  if (typeof id !== 'string' || typeof salt !== 'string' || !salt) throw coded(...codes[INVALID_ARGUMENT], 'hashId');
  start();
  const hash = glue.hashId(id, salt);
  // Which one it was is not said.
  if (hash === undefined) throw coded(...codes[INVALID_USER_ID]);
  return hash;
}
