// The core, a wasm file of its own beside this one.
import { readFileSync } from 'node:fs';
import * as glue from '../generated-node/consentry_bg.js';
import { RequestsError } from './errors.js';

let ready = false;

export function core() {
  if (!ready) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm()), { './consentry_bg.js': glue });
    glue.__wbg_set_wasm(exports);
    exports.__wbindgen_start?.();
    ready = true;
  }
  return glue;
}

function wasm() {
  try {
    return readFileSync(new URL('requests.wasm', import.meta.url));
  } catch (cause) {
    const todo = 'Leave consentry out of the bundle of the server (external)';
    throw new RequestsError({ code: 'file', message: `${todo}: requests.wasm is not beside consentry/requests`, todo, about: 'requests.wasm' }, cause);
  }
}

/** An error in the core's words. */
export const failure = (code, about, cause) => new RequestsError(JSON.parse(core().failure(code, about)), cause);
