// What the core has to say to the page: errors, changes of the consent, and the ends of flushes and
// deletions.
import { codes } from './generated/names.js';
import { coded } from './errors.js';
import { tell } from './safe.js';

/** `consent` answers the consent as it stands. */
export function news(onError, consent) {
  const listeners = new Set();
  const flushes = new Map();
  const deletions = [];
  let lastFlush = 0;

  const all = {
    error: error => tell(onError, coded(...error)),
    report: (code, about, dropped) => tell(onError, coded(...codes[code], about, dropped)),
    changed(before, after) {
      for (const listener of [...listeners]) tell(listener, { before, after, consent: consent() });
    },
    flushed(flush, sent, dropped, pending) {
      flushes.get(flush)?.({ sent, dropped, pending });
      flushes.delete(flush);
    },
    deleted: done => deletions.splice(0).forEach(resolve => resolve(done)),

    /**
     * Calls a listener after each change of the consent, until the function it returns is called.
     */
    listen(listener) {
      const own = change => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    /** A promise of the end of a flush; `begin` gets its number. */
    flush: begin =>
      new Promise(resolve => {
        flushes.set(++lastFlush, resolve);
        begin(lastFlush);
      }),
    /** A promise of the end of a deletion. */
    deletion: () => new Promise(resolve => deletions.push(resolve)),
    /** Nobody will end them any more. */
    endAll() {
      for (const flush of [...flushes.keys()]) all.flushed(flush, 0, 0, 0);
      all.deleted(false);
    },
  };
  return all;
}
