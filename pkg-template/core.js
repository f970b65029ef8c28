// The way into the core: one call at a time, and what it has to say is said when it has returned.
import { remember } from './generated/stores.js';

/**
 * Calls that came while the core was at work: a page can patch what the core uses, `fetch` or
 * storage, and call us from there.
 */
const waiting = [];
let busy = false;

/** The wasm trapped. After that nothing in it may be called again, by any client. */
let dead = false;

/** Runs the core, and then `after` with whether it has trapped. */
export function enter(action, after) {
  if (busy) return void waiting.push([action, after]);
  busy = true;
  remember(true);
  try {
    if (!dead) action();
  } catch {
    dead = true;
  }
  remember(false);
  busy = false;
  after(dead);
  if (waiting.length) enter(...waiting.shift());
}

/** What the core answers to a question; nothing while it is at work. */
export function ask(question) {
  try {
    return busy || dead ? undefined : question();
  } catch {
    dead = true;
  }
}
