// localStorage, for the core and for the shell that answers where wasm cannot run.
import { guarded, isServer } from './host.js';

/** `undefined` when the store throws, an empty text when there is nothing, `=` before the value otherwise. */
export const readLocal = guarded(undefined, key => {
  if (isServer()) return '';
  // Where there is no localStorage there is nothing in it; where it is blocked, asking for it throws.
  const value = window.localStorage?.getItem(key) ?? undefined;
  return value === undefined ? '' : '=' + value;
});

/** Writes a value, or removes the key when there is none. Whether it worked is found by reading. */
export const writeLocal = guarded(undefined, (key, value) => {
  if (isServer()) return;
  if (value === undefined) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
});

/** The keys that begin so, each with a line feed after it. */
export const keys = guarded('', prefix =>
  isServer() ? '' : Object.keys(localStorage).map(key => (key.startsWith(prefix) ? key + '\n' : '')).join(''),
);
