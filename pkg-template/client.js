// The client a page holds. It checks arguments, makes texts of them for the core, and tells the page what the core has to say, always after
// the core has returned: a listener may call anything.
import { Call, Client, check } from './generated/consentry_bg.js';
import { abandon, connect, said, tellSiblings } from './generated/host.js';
import { newHandle } from './generated/stores.js';
import { encode, isObject } from './encode.js';
import { coded } from './errors.js';
import { shell } from './shell.js';

// Calls kept while the wasm is being compiled, and errors told once.
const bound = 1000;

/** A client. `runtime` is `true`, `false`, or a promise of either, see runtime.js. */
export function create(runtime, token, options = {}) {
  const [text, bad] = isObject(options) ? encode({ ...options, onError: undefined }, String) : ['0', []];
  const onError = options?.onError ?? (error => console.warn(error));
  if (bad.length || typeof onError !== 'function') throw coded('invalid_option', 'This option cannot have that value', bad[0] || 'onError');
  // A server has no visitor: there the shell answers, and nothing is recorded.
  if (typeof document === 'undefined') runtime = false;

  const handle = newHandle(options?.consent?.cookie);
  const answers = shell(handle, token, options || {});
  const listeners = new Set();
  const told = new Set();
  const flushes = new Map();
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

  const tellPage = {
    report(code, sentence, about, dropped) {
      // Once for each thing it is about, so that a loop does not flood the page; losses each time.
      const known = code + about;
      if (!dropped && (told.has(known) || told.size >= bound)) return;
      told.add(known);
      safely(onError, coded(code, sentence, about, dropped));
    },
    changed(before, after) {
      for (const listener of [...listeners]) safely(listener, { before, after, consent: client.consent });
    },
    flushed(number, sent, dropped, pending) {
      flushes.get(number)?.({ sent, dropped, pending });
      flushes.delete(number);
    },
    deleted(done) {
      deletions.splice(0).forEach(resolve => resolve(done));
    },
  };
  const report = (code, sentence, about) => tellPage.report(code, sentence, about);
  const invalid = about => report('invalid_argument', 'The call was ignored; check its arguments', about);

  function settle() {
    if (core) tellSiblings(handle);
    while (notices.length) {
      const [name, ...rest] = notices.shift();
      tellPage[name](...rest);
    }
  }

  /** Without the wasm, for good: what waits is answered, and the shell takes over. */
  function giveUp(code, sentence) {
    core = undefined;
    early = undefined;
    recording = false;
    for (const number of [...flushes.keys()]) tellPage.flushed(number, 0, 0, 0);
    tellPage.deleted(false);
    report(code, sentence);
  }

  function attempt(action) {
    try {
      recording = action();
    } catch {
      // The wasm trapped. After that nothing in it may be called again.
      core = undefined;
      abandon(handle);
      giveUp('wasm_failed', 'Consentry stopped recording on this page; please report how it came to this');
    }
    settle();
  }

  function call(which, first = '', second = '', third = '', number = 0) {
    if (core) attempt(() => core.call(which, first, second, third, number));
    else if (early?.length < bound) early.push([which, first, second, third, number]);
  }

  function begin() {
    check(token, text);
    if (said) {
      const { code, message, about } = JSON.parse(said);
      throw coded(code, message, about);
    }
    const input = which => () => call(which);
    connect(handle, token, {
      notices,
      woke: input(Call.Woke),
      changed: input(Call.ChangedElsewhere),
      hidden: input(Call.PageHidden),
      answered: (...answer) => core && attempt(() => core.answered(...answer)),
    });
    attempt(() => {
      core = new Client(handle, token, text);
      return core.call(Call.Consent, '', '', '', 0);
    });
    const waiting = early;
    early = undefined;
    waiting?.forEach(one => call(...one));
  }

  /** The JSON of a call's object argument; what cannot be sent is reported. */
  function json(value, about) {
    if (value === undefined || value === null) return '{}';
    if (!isObject(value)) {
      invalid(about);
      return '{}';
    }
    const [text, bad] = encode(value);
    for (const name of bad) report('invalid_property', 'This value cannot be sent and was left out; send text, numbers or lists', name);
    return text;
  }

  /** `set('name', value)` or `set({ name: value })`. */
  const pairs = (name, value, about) => json(typeof name === 'string' ? { [name]: value } : name, about);

  const operations = (run, names) =>
    Object.fromEntries(
      names.map(name => [
        name,
        (first, second) => {
          if (!recording) return;
          if (name === 'unset') run(name, JSON.stringify([].concat(first)));
          else if (name === 'delete') run(name, '');
          else run(name, pairs(first, name === 'increment' ? second ?? 1 : second, name));
        },
      ]),
    );
  const common = ['set', 'setOnce', 'union', 'remove', 'unset', 'delete'];

  /** The parts of a choice: everything the consent record keeps beside the choice itself. */
  function extras({ via = 'api', purposes } = {}) {
    if (typeof via !== 'string' || !(purposes === undefined || (Array.isArray(purposes) && purposes.every(one => typeof one === 'string')))) {
      invalid('via, purposes');
      return { via: 'api' };
    }
    return { via, ...(purposes && { purposes }) };
  }

  /** Lets the shell carry a choice out; with the wasm still to come, the core will as well. */
  function shellChoice(choice, kept) {
    const before = answers.consent().status;
    answers[choice](kept);
    const after = answers.consent().status;
    if (before !== after) tellPage.changed(before, after);
  }

  const client = {
    ready: undefined,
    get consent() {
      let now;
      if (core) {
        core.call(Call.Consent, '', '', '', 0);
        now = JSON.parse(said);
      } else now = answers.consent();
      const { status, source, store, record: { decidedAt, via, policyVersion, purposes } = {} } = now;
      return { status, source, persisted: !!store, store, decidedAt, via, policyVersion, purposes };
    },
    get distinctId() {
      if (!core) return undefined;
      core.call(Call.DistinctId, '', '', '', 0);
      return said;
    },
    hasOptedIn: () => client.consent.status === 'granted',
    hasOptedOut: () => client.consent.status === 'denied',
    optIn(choice = {}) {
      const { event = '$opt_in', properties } = isObject(choice) ? choice : (invalid('optIn'), {});
      if (event !== false && typeof event !== 'string') invalid('optIn: event');
      const kept = extras(choice);
      if (core || early) call(Call.OptIn, event === false ? '' : String(event), json(properties, 'optIn: properties'), JSON.stringify(kept));
      else shellChoice('optIn', kept);
      return client.consent;
    },
    optOut(choice = {}) {
      if (!isObject(choice)) invalid('optOut');
      const kept = extras(choice);
      const deleted = choice?.deleteProfile === true && new Promise(resolve => deletions.push(resolve));
      if (early) early = []; // what was called before a denial is never replayed
      if (core || early) call(Call.OptOut, '', '', JSON.stringify(kept), +!!deleted);
      if (!core) {
        shellChoice('optOut', kept);
        if (!early) tellPage.deleted(false);
      }
      return deleted ? { ...client.consent, deleted } : client.consent;
    },
    resetConsent() {
      call(Call.ResetConsent);
      if (!core) shellChoice('resetConsent');
      return client.consent;
    },
    onConsentChange(listener) {
      if (typeof listener !== 'function') {
        invalid('onConsentChange');
        return () => {};
      }
      const own = change => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    track(name, properties) {
      if (!recording) return;
      if (typeof name !== 'string' || !name) invalid('track');
      else call(Call.Track, name, json(properties, 'track'), '', core ? 0 : Date.now());
    },
    identify(id) {
      if (typeof id === 'string' || typeof id === 'number') call(Call.Identify, '' + id);
      else invalid('identify');
    },
    reset: () => call(Call.Reset),
    register: properties => call(Call.Register, json(properties, 'register')),
    registerOnce: properties => call(Call.Register, json(properties, 'registerOnce'), '', '', 1),
    unregister: name => (typeof name === 'string' ? call(Call.Unregister, name) : invalid('unregister')),
    people: operations((name, operand) => call(Call.Profile, name, operand), [...common, 'increment', 'append']),
    group(key, id) {
      const group = JSON.stringify([key, typeof id === 'number' ? '' + id : id]);
      if (typeof key !== 'string' || !key || !/"[^"].*"]$/.test(group)) invalid('group');
      return operations((name, operand) => call(Call.Group, name, operand, group), common);
    },
    flush: () =>
      new Promise(resolve => {
        if (!core && !early) return resolve({ sent: 0, dropped: 0, pending: 0 });
        const number = ++flushNumber;
        flushes.set(number, resolve);
        call(Call.Flush, '', '', '', number);
      }),
  };

  let flushNumber = 0;
  const unavailable = () => giveUp('wasm_unavailable', "WebAssembly cannot run here, so nothing is recorded; allow 'wasm-unsafe-eval' in the CSP");
  if (runtime === true) begin();
  else if (runtime === false) {
    if (typeof document !== 'undefined') unavailable();
    else (early = undefined), (recording = false);
  }
  client.ready = Promise.resolve(runtime).then(running => {
    if (runtime !== true && runtime !== false) {
      if (!running) unavailable();
      else
        try {
          begin();
        } catch (error) {
          giveUp(error.code, error.message);
        }
    }
    return !!core;
  });
  return client;
}
