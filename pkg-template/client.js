// The client a page holds. It makes texts of the page's values for the core, and tells the page what the core has to say, always after the
// core has returned: a listener may call anything.
import * as core from './generated/consentry_bg.js';
import { abandon, connect, said, tellSiblings } from './generated/host.js';
import {
  codes, DENIED, GRANTED, INCREMENT, INVALID_ARGUMENT, operations as operationNames, QUEUE_FULL, UNION, UNSET, WASM_FAILED, WASM_UNAVAILABLE,
} from './generated/names.js';
import { newHandle } from './generated/stores.js';
import { encode, isObject } from './encode.js';
import { coded } from './errors.js';
import { cut, here, pin } from './generated/page.js';
import { readOptions } from './options.js';
import { shell } from './shell.js';

/** Calls that wait for the core, and errors that were told. */
const bound = 10_000;
/** Calls a page may make in a second that the core gets at once. */
const most = 100;
/** Milliseconds until what came too thick is handed over. */
const pause = 4;

/** These may reach the core a little later. What the client tells, and a choice of the page, first hands on all that waits. */
const patient = [core.track, core.profile, core.group, core.register, core.unregister, core.flush];

/** Calls that came while the core was at work: a page can patch what the core uses, `fetch` or storage, and call us from there. */
const waiting = [];
let busy = false;

/** The wasm trapped. After that nothing in it may be called again, by any client. */
let dead = false;

/** Makes a call of the core with what it takes: a number and texts. */
const callCore = (client, which, number = 0, first = '', second = '', third = '') =>
  coreCall(client, which, number, first, '' + second, '' + third);

/** A client. `runtime` is `true`, `false`, or a promise of either, see runtime.js. */
export function create(runtime, token, options) {
  const { forCore, onError = error => console.warn(error), consent } = readOptions(token, options);
  const handle = newHandle(consent.cookie);
  const answers = shell(handle, token, consent);
  const listeners = new Set();
  const told = new Set();
  const flushes = [];
  const deletions = [];
  const notices = [];
  /** Whether the core runs, and what it said last of consent and visitor. */
  let runs = false;
  let known;
  /** Calls the core has not got yet, each with the address the page had; nothing when there will be no core. */
  let later = [];
  /** Records that waited when the core stopped. */
  let lost = 0;
  let room;
  let since = 0;
  let timeout;
  let recording = true;
  /** A grant that came before it was known whether wasm runs. */
  let waitingGrant;

  const safely = (listener, value) => {
    try {
      listener(value);
    } catch (error) {
      console.error(error);
    }
  };

  const page = {
    /** `code` is the number of one of the core's, or a name that comes with its sentence. */
    report(number, about, dropped, [code, sentence] = codes[number]) {
      // Once for each thing it is about, so that a loop does not flood the page; losses each time.
      const known = told.size < bound ? code + about : code;
      if (!dropped && told.has(known)) return;
      told.add(known);
      safely(onError, coded(code, sentence, about, dropped));
    },
    changed(before, after) {
      for (const listener of [...listeners]) safely(listener, { before, after, consent: client.consent });
    },
    flushed(number, ...counts) {
      flushes[number]?.(...counts);
      delete flushes[number];
    },
    deleted(done) {
      deletions.splice(0).forEach(resolve => resolve(done));
    },
  };
  const invalid = about => page.report(INVALID_ARGUMENT, about);

  /** Without the wasm, for good: what waits is answered, what is under way is aborted, and the shell takes over. */
  function giveUp(error) {
    if (runs) abandon(handle);
    runs = recording = false;
    later = undefined;
    flushes.forEach((_, number) => page.flushed(number, 0, 0, 0));
    page.deleted(false);
    if (error) page.report(-1, '', 0, error);
  }

  /** Runs the core, and then says what it has to say. */
  function run(action) {
    if (busy) return void waiting.push(() => run(action));
    busy = true;
    try {
      if (!dead) recording = action();
    } catch {
      dead = true;
    }
    busy = false;
    if (dead) giveUp(WASM_FAILED);
    if (runs) tellSiblings(handle);
    while (notices.length) {
      const [name, ...rest] = notices.shift();
      page[name](...rest);
    }
    waiting.shift()?.();
  }

  /** Makes a call of the core, as of a page at that address; 0 is where the page is now. */
  function give(address, make, ...values) {
    run(() => {
      pin(address);
      return runs ? make(handle, ...values) : recording;
    });
  }

  /** Hands over so many of the calls that wait. */
  function handOver(count = most) {
    while (later?.length && count--) give(...later.shift());
    timeout = later?.length && setTimeout(handOver, pause);
    if (!timeout) removeEventListener('beforeunload', leave);
  }

  /**
   * Firefox ends what a page is doing as soon as the next one comes, also in the middle of a `pagehide`; but not before this has returned. It keeps
   * no page in its back-forward cache that listens to `beforeunload`, so this is only for as long as something waits.
   */
  const leave = () => call(core.pageHidden, true);

  /** What waits is from before a withdrawal; but a flush is to end. */
  function forget() {
    const records = [core.track, core.profile, core.group];
    later = later?.filter(([, make]) => make === core.flush || (records.includes(make) && !++lost));
  }

  /** Makes a call of the page, or lets it wait for the core, or for a moment where there are too many. */
  function call(make, ...values) {
    if (!later) return;
    if (Date.now() > since) {
      since = Date.now() + 1e3;
      room = most;
    }
    if (later.length === bound) {
      if (!runs) return page.report(QUEUE_FULL, '', 1);
      handOver(bound);
    }
    // Timers of a page in the background can take a minute.
    const now = runs && (!patient.includes(make) || document.hidden || (!later.length && room-- > 0));
    later.push([here(), make, ...values]);
    if (now) handOver(bound);
    else if (runs && !timeout) {
      timeout = setTimeout(handOver, pause);
      addEventListener('beforeunload', leave);
    }
  }

  /** What the core says of consent and visitor; while it is at work, what it said last. */
  function ask() {
    if (!busy && !dead) {
      core.consent(handle);
      known = said;
    }
    return known;
  }

  function begin() {
    connect(handle, token, {
      notices,
      woke: () => give(0, core.woke),
      stopped: forget,
      changed: () => give(0, core.changedElsewhere),
      goes: left => call(core.pageHidden, !!left),
      returned: () => give(0, core.returned),
      online: () => give(0, core.online),
      claimed: queue => give(0, core.claimed, queue),
      answered: (id, body = '', status = 0, retryAfter = 0) => give(0, core.answered, id, body, status, retryAfter),
    });
    // A denial among them ends nothing that came after it.
    const early = later;
    later = [];
    run(() => {
      pin(); // another client may have set it
      core.create(handle, token, forCore);
      runs = true;
      return core.consent(handle);
    });
    early.forEach(one => give(...one));
  }

  /** The JSON of an object; what cannot be sent, or not all of it, is reported. */
  const json = (value, about) => encode(value ?? {}, about, page.report);

  /** An id as a text; a page may have numbers. */
  const text = id => (typeof id === 'string' || typeof id === 'number' ? '' + id : undefined);

  /** The methods as the page gets them: whatever it passes, nothing throws into it. */
  const guarded = methods =>
    Object.fromEntries(
      methods.map(([name, method]) => [
        name,
        (...values) => {
          try {
            return method(...values);
          } catch {
            invalid(name);
          }
        },
      ]),
    );

  const operations = (make, ...ids) =>
    guarded(
      operationNames.map((name, number) => [
        name,
        (first, second = name === INCREMENT ? 1 : undefined) => {
          if (!recording) return;
          const values = isObject(first) ? { ...first } : { [first]: second };
          if (name === UNION) for (const key in values) values[key] = [].concat(values[key]);
          call(make, number, name === UNSET ? JSON.stringify([].concat(first).map(cut)) : json(values, name), ...ids);
        },
      ]),
    );

  /** What a page says of a choice. The choice itself is clear, so it counts even where this cannot be read. */
  function details(method, choice = {}) {
    try {
      const { event = '$opt_in', properties, deleteProfile, via = 'api', purposes } = choice;
      const fit = typeof via === 'string' && (!purposes || purposes.every(one => typeof one === 'string'));
      if (fit && isObject(choice) && (event === false || typeof event === 'string'))
        return { event: event || '', properties: json(properties, method), deleteProfile, record: { via, purposes } };
    } catch {}
    invalid(method);
    return { event: '$opt_in', properties: '{}', record: { via: 'api' } };
  }

  /** Carries a choice out: by the core, or by the shell where it does not run. */
  function choose(make, method, choice) {
    const { event, properties, deleteProfile, record } = details(method, choice);
    const granted = make === core.optIn;
    const deleted = deleteProfile && new Promise(resolve => deletions.push(resolve));
    // The site's proof of the decision.
    const proof = {
      status: granted ? GRANTED : DENIED,
      decidedAt: Date.now(),
      policyVersion: consent.policyVersion ?? undefined,
      ...record,
      library: 'consentry/' + VERSION,
    };
    // What was called before a denial is never replayed, and a denial is kept even while the wasm is on its way.
    if (!runs && !granted) forget();
    waitingGrant = granted && proof;
    const text = JSON.stringify(proof);
    if (granted) call(make, Date.now(), event, properties, text);
    else call(make, ...(make === core.optOut ? [!!deleted, text] : []));
    if (!runs && !(later && granted)) {
      const before = client.consent.status;
      answers[method](proof);
      const after = client.consent.status;
      if (before !== after) page.changed(before, after);
      if (!later) page.deleted(false);
    }
    return deleted ? { ...client.consent, deleted } : client.consent;
  }

  const methods = {
    hasOptedIn: () => client.consent.status === GRANTED,
    hasOptedOut: () => client.consent.status === DENIED,
    optIn: choice => choose(core.optIn, 'optIn', choice),
    optOut: choice => choose(core.optOut, 'optOut', choice),
    resetConsent: () => choose(core.resetConsent, 'resetConsent'),
    onConsentChange(listener) {
      const own = typeof listener === 'function' ? change => listener(change) : invalid('onConsentChange');
      if (own) listeners.add(own);
      return () => void listeners.delete(own);
    },
    purge() {
      if (runs) call(core.purge);
      else answers.purge();
    },
    track(name, properties) {
      if (!recording) return;
      if (typeof name !== 'string' || !name) invalid('track');
      else call(core.track, Date.now(), name, json(properties, 'track'));
    },
    identify(id) {
      const known = text(id);
      if (known === undefined) invalid('identify');
      else call(core.identify, known);
    },
    reset: () => call(core.reset),
    register: properties => call(core.register, json(properties, 'register'), false),
    registerOnce: properties => call(core.register, json(properties, 'registerOnce'), true),
    unregister: name => (typeof name === 'string' ? call(core.unregister, name) : invalid('unregister')),
    group: (key, id) => operations(core.group, typeof key === 'string' ? key : '', text(id) ?? ''),
    flush: () =>
      new Promise(resolve => {
        const before = lost;
        const number = flushes.push((sent, dropped, pending) => resolve({ sent, dropped: dropped + lost - before, pending })) - 1;
        if (later) call(core.flush, number);
        else page.flushed(number, 0, 0, 0);
      }),
  };
  const client = guarded(Object.entries(methods));
  client.people = operations(core.profile);
  Object.defineProperties(client, {
    consent: {
      enumerable: true,
      get() {
        const said = (runs && ask()) || answers.consent();
        const { status, source, store, record: { decidedAt, via, policyVersion, purposes } = {} } = said;
        return { status, source, persisted: !!store, store, decidedAt, via, policyVersion, purposes };
      },
    },
    distinctId: { enumerable: true, get: () => (runs ? ask()?.distinctId : undefined) },
  });

  function refuse() {
    if (waitingGrant) answers.optIn(waitingGrant);
    giveUp(WASM_UNAVAILABLE);
  }
  // A server has no visitor: there the shell answers, and nothing is recorded.
  if (typeof document === 'undefined') giveUp((runtime = undefined));
  else if (runtime === true) begin();
  else if (!runtime) refuse();
  client.ready = Promise.resolve(runtime).then(running => {
    if (!runs && later) running ? begin() : refuse();
    return runs;
  });
  return client;
}
