// The slim entry: bring your own wasm.
import { create } from './client.js';
import { coded } from './errors.js';
import { INIT_FAILED } from './generated/names.js';
import { startLater } from './runtime.js';

/** Whether this JavaScript was made with that wasm: the linker writes a hash into the file. */
const fits = module => WebAssembly.Module.customSections(module, 'build_id').some(id => '' + new Uint8Array(id) === BUILD);

let running;
let arrived;
const arrival = new Promise(resolve => (arrived = resolve));
let failed;
const failure = new Promise(resolve => (failed = resolve));

/**
 * Starts the wasm from an address, a response, bytes or a compiled module. It can be called again
 * after a failure.
 */
export async function init(source) {
  try {
    await startLater(async () => {
      const given = await source;
      const response = typeof given === 'string' || given instanceof URL ? await fetch(given) : given;
      const wasm = typeof Response !== 'undefined' && response instanceof Response ? await response.arrayBuffer() : response;
      const module = 'byteLength' in wasm ? await WebAssembly.compile(wasm) : wasm;
      if (fits(module)) return module;
      throw new Error('this wasm is of another build');
    });
  } catch (error) {
    failed(false);
    throw Object.assign(coded(...INIT_FAILED), { cause: error });
  }
  running = true;
  arrived(true);
  return true;
}

/**
 * Before `init` has ended the client keeps calls, with their time, and `ready` waits; it is `false`
 * once `init` has failed, though another `init` can still start it.
 */
export const consentry = (token, options) => create(running || arrival, token, options, undefined, failure);
