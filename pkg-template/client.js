// The client a page holds. It makes texts of the page's values for the core, and tells the page
// what the core has to say, always after the core has returned: a listener may call anything.
import * as core from './generated/consentry_bg.js';
import { abandon, attend, clients, connect, deafen, introduce, isWorker, nextTask, tellSiblings } from './generated/host.js';
import { ANALYTICS, CLOSED, CMP_FAILED, DENIED, GRANTED, INVALID_ARGUMENT, INVALID_PROPERTY, NOT_A_PAGE, PENDING, QUEUE_FULL, WASM_FAILED, WASM_UNAVAILABLE, identityKey, statuses } from './generated/names.js';
import { shown, unseen } from './generated/page.js';
import { consentOf, details } from './choice.js';
import { anonymous } from './anonymous.js';
import { answerer, enter, inputsOf } from './core.js';
import { early } from './early.js';
import { encode } from './encode.js';
import { news } from './news.js';
import { readOptions } from './options.js';
import { people, recording } from './recording.js';
import { guarded } from './safe.js';
import { shell } from './shell.js';

/** The kinds of record, as `beforeSend` hears of them, by the core's number. */
const kinds = ['event', 'profile', 'group'];

/** Options that stay as a client began. */
const fixed = ['residency', 'consent', 'persistenceName', 'anonymizeIds', 'anonymousIds', 'minimize'];

/**
 * A client. `extend` gets what the drop-in makes its own of. `runtime` is `true`, `false`, or a promise of either, and `reason` says why it is
 * `false`, see runtime.js; `failure` is a promise of `false`.
 */
export function create(runtime, token, options, reason, failure, extend) {
  const { forCore, consent, persistenceName, anonymizeIds, minimize, ...given } = readOptions(token, options);
  let { onError = error => console.warn(error), hooks } = given;
  const { onRecord } = consent;
  const number = introduce(token, consent.cookie, identityKey(token, persistenceName));
  const own = clients[number];
  const purposes = [...new Set([ANALYTICS, ...(consent.purposes || [])])];
  const answers = shell(number, token, consent, identityKey(token, persistenceName));
  const page = news(error => onError(error), () => client.consent, onRecord, (id, taken) => {
    if (runs) run(() => core.handedOver(number, id, taken));
    else if (taken) answers.taken(id);
  });
  /** Whether the core runs; until it is known whether it will, its calls wait. */
  let runs = false;
  let waiting = early(number);
  const answer = answerer();
  let closed = false;
  /** What waits is carried out: it was told when it was called. */
  let begins = false;
  let end;
  const ended = new Promise(resolve => (end = resolve));

  /** Whether a call comes too late, which is told once. */
  const isOver = () => closed && !page.complain(CLOSED, '');

  /** Without the core, for good: what waits is answered, and the shell takes over. */
  function giveUp(error) {
    const complaints = waiting?.complaints();
    if (runs) abandon(number);
    if (own) own.recording = false;
    runs = false;
    waiting = undefined;
    page.endAll(complaints);
    if (error) page.error(...error);
    offer();
  }

  /** Without the core each record that the site has not taken is handed over once. */
  function offer() {
    if (!onRecord || runs || waiting || closed) return;
    const { record, history } = answers.records();
    for (const one of record ? history : []) if (!one.kept) page.handOverOnce(one);
  }

  const run = action =>
    enter(
      () => runs && action(),
      trapped => {
        if (trapped && runs) giveUp(WASM_FAILED);
        if (runs) tellSiblings(number);
        if (closed) deafen(number);
        while (own.notices.length) {
          const [name, ...values] = own.notices.shift();
          if (!begins || name !== 'changed') page[name](...values);
        }
      },
    );

  /** Makes a call of the core; until it runs the call waits. */
  function call(make, ...values) {
    if (isOver()) return;
    if (runs) run(() => make(number, ...values));
    else if (waiting && !waiting.add(make, ...values) && make !== core.complain) page.report(QUEUE_FULL, '', 1);
  }

  const complain = (...what) => isOver() || (runs || waiting ? call(core.complain, ...what) : page.complain(...what));
  const invalid = about => complain(INVALID_ARGUMENT, about);

  /** The text of properties without what is personal. Where that cannot be told, nothing of it is left. */
  const minimal = (text, tell) => {
    if (!minimize) return text;
    try {
      const left = minimize.json(text);
      if (typeof left === 'string') return left;
    } catch {}
    tell(INVALID_PROPERTY, 'minimize');
    return '{}';
  };

  /** The JSON of an object; what cannot be sent, or not all of it, is reported. */
  const json = (value, about) => minimal(encode(value ?? {}, about, complain), complain);

  const records = () => !isOver() && own?.recording;

  /** Whether the page is asked about each record before it leaves. */
  const listenToSends = () => hooks?.beforeSend && (runs || waiting) && call(core.setHooks, true);

  /** The record as the page wants it, from the core that asks just before it leaves. */
  if (own) {
    own.hook = (kind, record) => (hooks?.beforeSend ? hooks.beforeSend(record, kinds[kind]) : record);
    own.request.headers = given.headers;
    // Asked for by the core, which can take no call meanwhile.
    own.minimal = minimize && (text => minimal(text, (...what) => own.notices.push(['complain', ...what])));
  }

  /** What the core answers, if it runs. */
  const told = question => (runs && !closed ? answer(question, number) : undefined);

  const recordsOf = () => told(core.records) || answers.records();

  const hidden = anonymous(anonymizeIds, () => told(core.distinctId));

  /** The core runs from now on. `known` is the status that the page has seen, where it could ask before. */
  function begin(known) {
    // Of what was begun before a client was closed only the deletion of a profile goes on.
    const isLate = make => closed && make !== core.answered && make !== core.woke;
    const inputs = inputsOf(make => (...values) => run(() => isLate(make) || make(number, ...values)));
    connect(number, inputs);
    own.recording = false; // until the core says otherwise
    begins = !!known;
    runs = true;
    run(() => core.create(number, token, forCore));
    listenToSends();
    waiting?.replay(number, run);
    waiting = undefined;
    if (onRecord) run(() => core.takeRecords(number));
    begins = false;
    const status = known && client.consent.status;
    if (status !== known) page.changed(known, status);
    // Nothing could be heard before this task has ended. What happened until then is looked up.
    nextTask(() => {
      if (closed) return;
      attend(number);
      inputs.storageChanged();
    });
  }

  const refuse = () => giveUp([...WASM_UNAVAILABLE, reason?.()]);

  /** Until the core runs, the shell says whether a call is made at all. */
  function open() {
    const statuses = Object.values(answers.consent().purposes);
    if (own) own.recording = !!waiting && (statuses.includes(GRANTED) || (statuses.includes(PENDING) && consent.beforeDecision === 'hold'));
  }

  /** Lets the shell carry a choice out. */
  function without(carryOut) {
    const before = client.consent;
    const said = carryOut();
    const after = client.consent;
    open();
    offer();
    if (JSON.stringify(before.purposes) !== JSON.stringify(after.purposes)) page.changed(before.status, after.status);
    return said;
  }

  /** What takes a grant away holds at once, of a closed client too; nothing from before it is carried out later. */
  function withdraw(byShell, make, ...values) {
    waiting?.forget(true);
    closed || call(make, ...values);
    if (runs && !closed) return;
    without(byShell);
    if (closed) clients.forEach(({ token: of, inputs }) => of === token && inputs?.storageChanged());
    else if (!waiting) page.endAll();
  }

  const methods = {
    hasOptedIn: () => client.consent.status === GRANTED,
    hasOptedOut: () => client.consent.status === DENIED,
    optIn(choice) {
      const grant = details('optIn', choice, json, invalid);
      const { event, properties, via, names, seen, shown, purposes: agreed, isUnclear } = grant;
      if (isUnclear) return client.consent;
      // To agree to nothing that is asked about is to refuse.
      if (agreed && !purposes.some(purpose => agreed.includes(purpose))) return methods.optOut({ via, ...seen });
      // The event is for who had not agreed before.
      const isFirst = runs || closed || without(() => answers.optIn(grant));
      call(core.optIn, isFirst ? event : '', properties, via, names, shown);
      return client.consent;
    },
    optOut(choice) {
      const { deleteProfile, via, purposes, decidedAt, names, seen, shown } = details('optOut', choice, json, invalid);
      const deleted = deleteProfile && (closed ? Promise.resolve(false) : page.deletion());
      // The shell removes what is stored of the visitor whose profile the core is to delete.
      const was = deleted && waiting && client.consent.status === GRANTED ? [answers.identity(), waiting.named()] : [];
      withdraw(() => answers.optOut({ via, purposes, decidedAt, seen }), core.optOut, deleteProfile, via, names, shown, ...was);
      return deleted ? { ...client.consent, deleted } : client.consent;
    },
    consentRecord: () => recordsOf().record,
    consentHistory: () => recordsOf().history,
    resetConsent() {
      withdraw(answers.resetConsent, core.resetConsent);
      return client.consent;
    },
    setDefault(status) {
      const number = statuses.indexOf(status);
      if (isOver()) return client.consent;
      if (number < 0) invalid('setDefault');
      else {
        const carryOut = () => answers.setDefault(status);
        runs ? carryOut() : without(carryOut);
        call(core.setDefault, number);
      }
      return client.consent;
    },
    onConsentChange(listener) {
      if (typeof listener === 'function' && !isOver()) return page.listen(listener);
      invalid('onConsentChange');
      return () => {};
    },
    reportCmp: about => complain(CMP_FAILED, '' + about),
    purge() {
      waiting?.forget();
      runs || closed ? call(core.purge) : answers.purge();
    },
    setOptions(changes) {
      const { forCore: text, consent: _, ...now } = readOptions(token, changes);
      if (Object.keys(changes).some(name => fixed.includes(name))) return invalid('setOptions');
      if (now.onError) onError = now.onError;
      if (now.hooks) hooks = now.hooks;
      if (now.headers && own) own.request.headers = now.headers;
      call(core.changeOptions, text);
      listenToSends();
    },
    flush: () => page.flush(flush => (!isOver() && (runs || waiting) ? call(core.flush, flush) : page.flushed(flush, 0, 0, 0))),
    close() {
      if (closed) return;
      closed = true;
      const lost = waiting?.records();
      if (runs) run(() => core.close(number));
      else giveUp();
      if (lost) page.report(CLOSED, '', lost);
      end(false);
    },
  };
  const client = {
    ...guarded({ ...methods, ...recording(call, records, json, invalid, () => hooks, hidden, purposes) }, invalid),
    people: people(call, records, json, invalid, purposes),
    ready: undefined,
  };
  Object.defineProperties(client, {
    consent: {
      __proto__: null,
      enumerable: true,
      get: () => consentOf(told(core.consent) || answers.consent()),
    },
    distinctId: { __proto__: null, enumerable: true, get: () => told(core.distinctId) },
  });

  extend?.({
    own, number, told, json, call, hidden,
    alone: page.alone,
    /** The record of the last call. It was made in it, unless that waits. */
    made: () => {
      let record;
      run(() => (record = core.made(number)));
      return record && JSON.parse(record);
    },
    change: changes => call(core.changeOptions, readOptions(token, changes).forCore),
    adopt: (...values) => {
      let taken = false;
      run(() => (taken = core.adopt(number, ...values)));
      return taken;
    },
  });

  // A server has no visitor, nor has a worker: there the shell answers, and nothing is recorded.
  if (!own) giveUp((runtime = undefined) || (isWorker() && NOT_A_PAGE));
  else if (unseen()) {
    const then = runtime;
    runtime = shown().then(() => (closed || without(answers.shown), then));
    open();
  } else if (runtime === true) begin();
  else if (!runtime) refuse();
  else open();
  const begun = Promise.resolve(runtime).then(running => {
    if (waiting) running ? begin(client.consent.status) : refuse();
    return runs;
  });
  client.ready = Promise.race([begun, failure || begun, ended]);
  return client;
}
