// The slim entry: bring your own wasm.
import { create } from './client.js';
import { coded } from './errors.js';
import { INIT_FAILED } from './generated/names.js';
import { startLater } from './runtime.js';

let running;
let arrived;
const arrival = new Promise(resolve => (arrived = resolve));

/** Starts the wasm from an address, a response, bytes or a compiled module. It can be called again after a failure. */
export async function init(source) {
  try {
    await startLater(async () => {
      const given = await source;
      const response = typeof given === 'string' || given instanceof URL ? await fetch(given) : given;
      return typeof Response !== 'undefined' && response instanceof Response ? response.arrayBuffer() : response;
    });
  } catch (error) {
    throw Object.assign(coded(...INIT_FAILED), { cause: error });
  }
  running = true;
  arrived(true);
  return true;
}

/** Before `init` has ended the client keeps calls, with their time, and `ready` waits. */
export const consentry = (token, options) => create(running || arrival, token, options);
