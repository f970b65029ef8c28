// The way into the core: one call at a time, and what it has to say is said when it has returned.
import { answered, frozen, heard, locked, online, pageHidden, returned, storageChanged, unloading, woke } from './generated/consentry_bg.js';
import { clients, soon, waiting } from './generated/host.js';
import { remember } from './generated/stores.js';

let busy = false;

/** The wasm trapped. After that nothing in it may be called again, by any client. */
let dead = false;

/** Every client is to hear of it: an idle one would keep its locks from who can send. */
function fall() {
  dead = true;
  soon(() => clients.forEach(({ inputs }) => inputs?.woke()));
}

/** Runs the core, and then `after` with whether it has trapped. */
export function enter(action, after) {
  if (busy) return void waiting.push([action, after]);
  busy = true;
  remember(true);
  try {
    if (!dead) action();
  } catch {
    fall();
  }
  remember(false);
  busy = false;
  after(dead);
  if (waiting.length) enter(...waiting.shift());
}

/** What the core answers to a question; nothing while it is at work. */
function ask(question, client) {
  try {
    return busy || dead ? undefined : question(client);
  } catch {
    fall();
  }
}

/** Asks for a client; the last answer to each question is for one that is asked from inside a call. */
export function answerer() {
  const said = new Map();
  return (question, client) => {
    const answer = ask(question, client);
    if (answer) said.set(question, JSON.parse(answer));
    return said.get(question);
  };
}

/** The ways in for what happens around a client, each made by `input`. */
export const inputsOf = input => ({
  woke: input(woke),
  answered: input(answered),
  heard: input(heard),
  locked: input(locked),
  storageChanged: input(storageChanged),
  online: input(online),
  pageHidden: input(pageHidden),
  unloading: input(unloading),
  frozen: input(frozen),
  returned: input(returned),
});
