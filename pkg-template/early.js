// Calls from before the core runs, each with its time and the address of the page.
import { asOf, complain, flush, group, identify, optIn, optOut, profile, reset, resetConsent, setDefault, track } from './generated/consentry_bg.js';
import { now } from './generated/host.js';
import { addressFacts } from './generated/page.js';

/**
 * Calls that wait; further ones are lost, but for a choice of the visitor or a default, and for what
 * somebody waits for.
 */
const most = 10_000;
const always = [flush, optIn, optOut, resetConsent, setDefault];

export function early(client) {
  let calls = [];
  return {
    /** Lets a call of the core wait; false when there is no room for it. */
    add: (make, ...values) => (calls.length < most || always.includes(make)) && !!calls.push([now(), addressFacts(client), make, values]),

    /**
     * What was called before is never carried out, but a flush and a deletion are to end. Where the
     * visitor said nothing now, what was said before stands. A default is of what comes.
     */
    forget: said => (calls = calls.filter(([, , make]) => [complain, ...(said ? [flush, optOut, setDefault] : always)].includes(make))),

    /** Whom they name last; an empty text after a reset, and nothing where none of them says. */
    named: () => calls.reduce((last, [, , make, [id]]) => (make === identify ? id : make === reset ? '' : last), undefined),

    /** How many of them would record something. */
    records: () => calls.filter(([, , make]) => [track, profile, group].includes(make)).length,

    /** What was found wrong with the calls: it is told though there will be no core. */
    complaints: () => calls.filter(([, , make]) => make === complain).map(([, , , what]) => what),

    /**
     * Makes the calls, now that the core runs for this client: each by `run`. A denial among them
     * ends nothing that came after it.
     */
    replay(client, run) {
      while (calls.length) {
        const [at, address, make, values] = calls.shift();
        run(() => {
          if (make !== complain) asOf(client, at, address);
          make(client, ...values);
        });
      }
    },
  };
}
