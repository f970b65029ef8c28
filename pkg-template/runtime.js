// Starts the wasm, once for every client of the page.
import * as glue from './generated/consentry_bg.js';
import { imports, named } from './generated/link.js';

/**
 * `true` when the wasm runs, `false` when it cannot, a promise of either while it is being
 * compiled.
 */
let state;

/** What the browser said when it could not. */
let failure;

/** Why the wasm does not run. */
export function reason() {
  if (typeof WebAssembly === 'undefined') return 'this browser has none';
  try {
    // The smallest there is: where a policy forbids all, that is the reason.
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    return "the CSP has no 'wasm-unsafe-eval'";
  }
  return '' + failure;
}

function link({ exports }) {
  const wasm = named(exports);
  glue.__wbg_set_wasm(wasm);
  wasm.__wbindgen_start();
  return (state = true);
}

/** Starts it now, or, where the browser refuses that, soon. */
export function start(bytes) {
  if (state === undefined) {
    try {
      link(new WebAssembly.Instance(new WebAssembly.Module(bytes()), imports));
    } catch {
      // Old Chromes only compile larger modules asynchronously. Where a CSP forbids wasm, this
      // fails as well.
      startLater(bytes);
    }
  }
  return state;
}

/** Starts it asynchronously; a failure can be tried again. */
export function startLater(bytes) {
  const starting = (async () => {
    if (state === true) return true;
    const made = await WebAssembly.instantiate(await bytes(), imports);
    // Of a compiled module it makes the instance itself, of bytes both.
    return state === true || link(made.instance || made);
  })();
  // What runs is never started anew, which would take its core from every client.
  if (state !== true) state = starting.catch(error => state === true || ((failure = error), (state = false)));
  return starting;
}
