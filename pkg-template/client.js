// The client a page holds. It makes texts of the page's values for the core, and tells the page what the core has to say, always after the
// core has returned: a listener may call anything.
import { call as callCore, create as createCore } from './generated/consentry_bg.js';
import { connect, said, tellSiblings } from './generated/host.js';
import { codes } from './generated/codes.js';
import { newHandle } from './generated/stores.js';
import * as CALL from './calls.js';
import { encode, isObject } from './encode.js';
import { coded } from './errors.js';
import { readOptions } from './options.js';
import { shell } from './shell.js';

/** Calls kept while the wasm is being compiled, and errors that were told. */
const bound = 1000;

/** The operations on profiles and groups, in the order of their numbers in Rust. */
const operationNames = ['set', 'setOnce', 'increment', 'append', 'union', 'remove', 'unset', 'delete'];

/** Calls that came while the core was at work: a page can patch what the core uses, `fetch` or storage, and call us from there. */
const waiting = [];
let busy = false;

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
  let core;
  let early = [];
  let recording = true;

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
      const known = code + about;
      if (!dropped && (told.has(known) || told.size > bound)) return;
      told.add(known);
      safely(onError, coded(code, sentence, about, dropped));
    },
    changed(before, after) {
      for (const listener of [...listeners]) safely(listener, { before, after, consent: client.consent });
    },
    flushed(number, sent, dropped, pending) {
      flushes[number]?.({ sent, dropped, pending });
      delete flushes[number];
    },
    deleted(done) {
      deletions.splice(0).forEach(resolve => resolve(done));
    },
  };
  const invalid = about => page.report(0, about); // invalid_argument

  /** Without the wasm, for good: what waits is answered, and the shell takes over. */
  function giveUp(code, sentence) {
    core = early = undefined;
    recording = false;
    flushes.forEach((_, number) => page.flushed(number, 0, 0, 0));
    page.deleted(false);
    if (code) page.report(-1, '', 0, [code, sentence]);
  }

  /** Runs the core, and then says what it has to say. */
  function run(action) {
    if (busy) return void waiting.push(() => run(action));
    busy = true;
    try {
      recording = action();
    } catch {
      // The wasm trapped. After that nothing in it may be called again.
      giveUp('wasm_failed', 'Reload the page; Consentry failed and records nothing until then');
    }
    busy = false;
    if (core) tellSiblings(handle);
    while (notices.length) {
      const [name, ...rest] = notices.shift();
      page[name](...rest);
    }
    waiting.shift()?.();
  }

  function call(which, first = '', second = '', third = '', number = 0) {
    if (core) run(() => !!core && callCore(core.number, which, first, second, third, number));
    else if (early?.length < bound) early.push([which, first, second, third, number]);
  }

  /** What the core answers to a question; while it is at work, what it answered last. */
  const ask = which => {
    if (!busy) {
      callCore(core.number, which, '', '', '', 0);
      core[which] = JSON.parse(said);
    }
    return core[which];
  };

  function begin() {
    const input = which => () => call(which);
    connect(handle, token, {
      notices,
      woke: input(CALL.WOKE),
      changed: input(CALL.CHANGED_ELSEWHERE),
      hidden: input(CALL.PAGE_HIDDEN),
      answered: (number, status, retryAfter, body) => core && call(CALL.ANSWERED, body, '' + status, '' + retryAfter, number),
    });
    const calls = early;
    early = undefined;
    run(() => {
      core = { number: createCore(handle, forCore) };
      return callCore(core.number, CALL.CONSENT, '', '', '', 0);
    });
    call(CALL.CONSENT);
    calls.forEach(one => call(...one));
  }

  /** The JSON of an object; what cannot be sent is reported. */
  function json(value, about) {
    const [text, bad] = encode(value ?? {});
    bad.forEach(name => page.report(1, name)); // invalid_property
    if (text[0] === '{') return text;
    invalid(about);
    return '{}';
  }

  const operations = (which, group) =>
    Object.fromEntries(
      operationNames.map((name, number) => [
        name,
        (first, second = name === 'increment' ? 1 : undefined) =>
          recording &&
          call(
            which,
            name === 'unset' ? encode([].concat(first))[0] : json(isObject(first) ? first : { [String(first)]: second }, name),
            group,
            '',
            number,
          ),
      ]),
    );

  /** Carries a choice out: by the core, or by the shell where it does not run. */
  function choose(which, method, choice = {}, more = () => []) {
    if (!isObject(choice)) invalid(method);
    const { via = 'api', purposes } = choice || {};
    const fit = typeof via === 'string' && (!purposes || (Array.isArray(purposes) && purposes.every(one => typeof one === 'string')));
    if (!fit) invalid(method);
    // The site's proof of the decision.
    const record = {
      status: method === 'optIn' ? 'granted' : 'denied',
      decidedAt: Date.now(),
      policyVersion: consent.policyVersion ?? undefined,
      ...(fit ? { via, purposes } : { via: 'api' }),
      library: 'consentry/' + VERSION,
    };
    // What was called before a denial is never replayed, and a denial is kept even while the wasm is on its way.
    const refused = method !== 'optIn';
    if (early && refused) early = [];
    const [first, second, number] = more(choice || {});
    call(which, first, second, JSON.stringify(record), number);
    if (!core && (!early || refused)) {
      const before = client.consent.status;
      answers[method](record);
      const after = client.consent.status;
      if (before !== after) page.changed(before, after);
      if (!early) page.deleted(false);
    }
    return client.consent;
  }

  const client = {
    get consent() {
      const { status, source, store, record = {} } = (core && ask(CALL.CONSENT)) || answers.consent();
      const { decidedAt, via, policyVersion, purposes } = record;
      return { status, source, persisted: !!store, store, decidedAt, via, policyVersion, purposes };
    },
    get distinctId() {
      return core && ask(CALL.DISTINCT_ID);
    },
    hasOptedIn: () => client.consent.status === 'granted',
    hasOptedOut: () => client.consent.status === 'denied',
    optIn: choice =>
      choose(CALL.OPT_IN, 'optIn', choice, ({ event = '$opt_in', properties }) => {
        if (event !== false && typeof event !== 'string') invalid('optIn');
        return [event ? String(event) : '', json(properties, 'optIn')];
      }),
    optOut(choice) {
      const deleted = choice?.deleteProfile && new Promise(resolve => deletions.push(resolve));
      const consent = choose(CALL.OPT_OUT, 'optOut', choice, () => ['', '', +!!deleted]);
      return deleted ? { ...consent, deleted } : consent;
    },
    resetConsent: () => choose(CALL.RESET_CONSENT, 'resetConsent'),
    onConsentChange(listener) {
      const own = typeof listener === 'function' ? change => listener(change) : invalid('onConsentChange');
      if (own) listeners.add(own);
      return () => void listeners.delete(own);
    },
    track(name, properties) {
      if (!recording) return;
      if (typeof name !== 'string' || !name) invalid('track');
      else call(CALL.TRACK, name, json(properties, 'track'), '', core ? 0 : Date.now());
    },
    identify(id) {
      if (typeof id === 'string' || typeof id === 'number') call(CALL.IDENTIFY, '' + id);
      else invalid('identify');
    },
    reset: () => call(CALL.RESET),
    register: properties => call(CALL.REGISTER, json(properties, 'register')),
    registerOnce: properties => call(CALL.REGISTER, json(properties, 'registerOnce'), '', '', 1),
    unregister: name => (typeof name === 'string' ? call(CALL.UNREGISTER, name) : invalid('unregister')),
    people: operations(CALL.PROFILE),
    group: (key, id) => operations(CALL.GROUP, encode([key, typeof id === 'number' ? '' + id : id])[0]),
    flush: () =>
      new Promise(resolve => {
        const number = flushes.push(resolve) - 1;
        if (core || early) call(CALL.FLUSH, '', '', '', number);
        else page.flushed(number, 0, 0, 0);
      }),
  };

  const refuse = () => giveUp('wasm_unavailable', "Allow 'wasm-unsafe-eval' in the CSP; without WebAssembly nothing is recorded");
  // A server has no visitor: there the shell answers, and nothing is recorded.
  if (typeof document === 'undefined') giveUp((runtime = undefined));
  else if (runtime === true) begin();
  else if (!runtime) refuse();
  client.ready = Promise.resolve(runtime).then(running => {
    if (early) running ? begin() : refuse();
    return !!core;
  });
  return client;
}
