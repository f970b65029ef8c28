// What the core has to say to the page: errors, changes of the consent, and the ends of flushes and
// deletions.
import { codes } from './generated/names.js';
import { coded } from './errors.js';
import { guarded, nextTask, soon } from './generated/host.js';
import { tell } from './safe.js';

/** Things found wrong that are told where no core keeps account of them. */
const most = 100;

/** Whether a server said that it does not take something. */
const isRefusal = guarded(false, answer => answer instanceof Response && !answer.ok);

/**
 * `consent` answers the consent as it stands. `onRecord` takes the records of decisions, and
 * `settled` hears of each whether it was taken.
 */
export function news(onError, consent, onRecord, settled) {
  const listeners = new Set();
  const flushes = new Map();
  const deletions = new Map();
  const alone = new Map();
  const told = new Set();
  const changes = [];
  const offered = new Set();
  let erring = false;
  let lastFlush = 0;
  let lastDeletion = 0;
  let lastAlone = 0;

  const all = {
    /** Told when the call that caused it has returned, and made here, where its stack says which. */
    error(...what) {
      const error = coded(...what);
      // What comes of what `onError` does, in another task: it would hold the page for ever.
      (erring ? nextTask : soon)(() => {
        erring = true;
        tell(onError, error);
        erring = false;
      });
    },
    report: (code, ...rest) => all.error(...codes[code], ...rest),
    /** What is wrong with a call, each thing once, where there is no core to say so. */
    complain(code, about) {
      const what = code + about;
      if (told.size === most || told.has(what)) return;
      told.add(what);
      all.report(code, about);
    },
    changed(before, after) {
      // What a listener changes is told after this.
      if (changes.push([before, after]) > 1) return;
      for (; changes.length; changes.shift()) {
        const [before, after] = changes[0];
        for (const listener of [...listeners]) if (listeners.has(listener)) tell(listener, { before, after, consent: consent() });
      }
    },
    flushed(flush, sent, dropped, pending) {
      flushes.get(flush)?.({ sent, dropped, pending });
      flushes.delete(flush);
    },
    /** Lets the site take a record, a JSON text, once the call that made it has returned. */
    handOver: text =>
      soon(async () => {
        const record = JSON.parse(text);
        const { id } = record; // the page may change it
        let taken = false;
        try {
          taken = !isRefusal(await onRecord(record));
        } catch {}
        settled(id, taken);
      }),
    handOverOnce(record) {
      if (offered.has(record.id)) return;
      offered.add(record.id);
      all.handOver(JSON.stringify(record));
    },
    deleted(deletion, done) {
      deletions.get(deletion)?.(done);
      deletions.delete(deletion);
    },

    answeredAlone(number, status, body) {
      alone.get(number)?.(status, body);
      alone.delete(number);
    },
    /** A number by which a record that goes alone tells `done` of its answer. */
    alone: done => void alone.set(++lastAlone, done) || lastAlone,

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
    /** A promise of the end of a deletion; the core counts them too. */
    deletion: () => new Promise(resolve => deletions.set(++lastDeletion, resolve)),
    /** Nobody will end them any more, nor tell of the complaints. */
    endAll(complaints = []) {
      for (const flush of [...flushes.keys()]) all.flushed(flush, 0, 0, 0);
      for (const deletion of [...deletions.keys()]) all.deleted(deletion, false);
      for (const number of [...alone.keys()]) all.answeredAlone(number, 0, '');
      complaints.forEach(what => all.complain(...what));
    },
  };
  return all;
}
