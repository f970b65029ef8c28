// The default entry: the wasm is inside, and `consentry()` works at once.
import { residencyUrls as urls } from './generated/consentry_bg.js';
import { bytes } from './generated/bytes.js';
import { said } from './generated/host.js';
import { create } from './client.js';
import { start } from './runtime.js';

export const consentry = (token, options) => create(start(bytes), token, options);

export function residencyUrls(residency) {
  if (start(bytes) !== true) return undefined;
  urls('' + residency);
  return said ? JSON.parse(said) : undefined;
}
