// What answers where wasm cannot run, or does not run yet. It records nothing and sends nothing,
// and it still reads and keeps the visitor's decision, by the rules of the core's `decide` (the
// same test vectors run against both).
import {
  ANALYTICS, COOKIE, DEFAULT, DENIED, ENFORCE, FAULT, GRANTED, HONOR, LOCAL_STORAGE, OPT_IN, PENDING, PREFIX, SIGNAL, STORED, VIA, VISITOR,
  isOwn, leftovers, queues, recordKey as recordKeyOf,
} from './generated/names.js';
import { guarded, now as clock } from './generated/host.js';
import { dnt, gpc, unseen } from './generated/page.js';
import { keys, readCookie, readLocal, writeCookie, writeLocal } from './generated/stores.js';
import { exported, history as historyOf, newId, repeats } from './history.js';

export function shell(client, token, options, identity) {
  const { storage, prefix = PREFIX, policyVersion, policyFingerprint, language, region, maxAgeDays, default: given = PENDING, regime, ...modes } = options;
  /** What the regime stands for, but a denial by default stays one. */
  let byDefault = !regime || given === DENIED ? given : regime === OPT_IN ? PENDING : GRANTED;
  const flagKey = prefix + token;
  const recordKey = recordKeyOf(token);
  const decision = [flagKey, recordKey];
  // The configured store first; `true` is the cookie.
  const stores = storage === COOKIE ? [true, false] : [false, true];
  const all = [...new Set([ANALYTICS, ...(options.purposes || [])])];
  const history = historyOf(token);
  let here;
  /** A grant of a page that nobody sees yet, which is kept once it is shown. */
  let unkept;
  const json = guarded('', value => JSON.stringify(value));

  const read = (cookie, key) => (cookie ? readCookie(key) : readLocal(key));
  const write = (cookie, key, value) => (cookie ? writeCookie(client, key, value) : writeLocal(key, value));
  const find = (cookie, key) => read(cookie, key)?.slice(1);
  /** The proofs there, those of several cookies newest first. */
  const records = cookie => {
    const text = find(cookie, recordKey) ?? '';
    const all = [text, ...text.split('\n')].map(guarded(undefined, line => Object(JSON.parse(line))));
    return all.filter(Boolean).sort((one, other) => (other.decidedAt || 0) - (one.decidedAt || 0));
  };
  const recordOf = (cookie, status) => records(cookie).find(one => one.status === status);
  /** When that was decided; a time in the future counts as now. */
  const dateOf = record => Math.min(clock(), record?.decidedAt || 0);
  /**
   * Whether a grant is newer than a refusal that stands beside it: by their epochs, without any by
   * their dates, and a refusal without a date is no older.
   */
  const undoes = (granting, refusing) => {
    const [grant, refusal] = [recordOf(granting, GRANTED), recordOf(refusing, DENIED)];
    const newer = extentIn({ ...grant }) - extentIn({ ...refusal });
    return refusal && (newer || (dateOf(refusal) && dateOf(grant) - dateOf(refusal))) > 0;
  };
  const flag = cookie => {
    let lines = find(cookie, flagKey)?.split('\n');
    // A grant must be the only word, but for older refusals in other cookies.
    if (lines?.includes('1') && undoes(cookie, cookie)) lines = lines.filter(line => line !== '0');
    return lines && (lines.includes('0') ? '0' : lines.every(line => line === '1') ? '1' : '');
  };
  const epochIn = ({ epoch }) => Math.trunc(epoch) || 0;
  const latest = cookie => Math.max(0, ...records(cookie).map(epochIn));
  /** The latest epoch in a record, also of one purpose. */
  const extentIn = ({ epoch, since }) => Math.max(...[epoch, ...Object.values(Object(since))].map(one => epochIn({ epoch: one })));
  const extent = cookie => Math.max(0, ...records(cookie).map(extentIn));
  const forget = key => stores.forEach(cookie => read(cookie, key) === '' || write(cookie, key));
  const purge = () => {
    forget(identity);
    for (const prefix of [leftovers(token), queues(token)]) {
      for (const key of keys(prefix).split('\n')) if (key && isOwn(key.slice(prefix.length))) forget(key);
    }
  };

  /** The strongest of the signals, or nothing. */
  function signal() {
    const heard = [gpc() && (modes.gpc || HONOR), dnt() && (modes.dnt || HONOR)];
    return [ENFORCE, HONOR].find(mode => heard.includes(mode));
  }

  /** The status of a purpose by a decision, which begins with that of `analytics`. */
  function agreesTo(record, status, purpose) {
    const { refused, purposes } = { __proto__: null, ...record };
    const lists = list => Array.isArray(list) && list.includes(purpose);
    return (
      purpose === ANALYTICS || (status === DENIED && !refused) ? status
      : lists(refused) ? DENIED
      : lists(purposes) ? GRANTED
      : PENDING
    );
  }

  /** Each purpose with its status. */
  const eachOf = status => Object.fromEntries(all.map(purpose => [purpose, status(purpose)]));

  function stored() {
    const flags = stores.map(flag);
    // Of two stores that disagree the newer counts as well.
    const undone = flags.includes('1') && flags.includes('0') && undoes(stores[flags.indexOf('1')], stores[flags.indexOf('0')]);
    let value = [undone ? '1' : '0', flags[0], '1'].find((one, at) => (at === 1 ? one === undefined : flags.includes(one)));
    // Of one choice in two stores the later counts.
    const order = flags[0] === flags[1] && extent(stores[1]) > extent(stores[0]) ? [stores[1], stores[0]] : stores;
    let cookie = order[flags.indexOf(value)];
    if (!value) {
      // A refusal may be in a store that cannot be read; where nobody asks first, that must not count
      // as a yes. Nor is the flag gone where its record is left.
      const certain = byDefault !== GRANTED && !find(stores[0], recordKey);
      const fault = flags[0] === undefined || (flags[1] === undefined && !certain);
      // It outlives its flag, which may have had another prefix or was changed by somebody else.
      cookie = fault ? undefined : order.find(one => recordOf(one, DENIED));
      if (cookie === undefined) return { status: DENIED, fault };
      value = '0';
    }
    let status = value === '1' ? GRANTED : DENIED;
    let record = recordOf(cookie, status);
    // The record of who refused analytics alone is written first, and counts beside the flag of before.
    const partly = value === '1' && !record ? recordOf(cookie, DENIED) : undefined;
    if (partly?.refused?.length && all.some(purpose => agreesTo(partly, DENIED, purpose) === GRANTED)) [status, record] = [DENIED, partly];
    const { decidedAt = 0, policyVersion: version } = record || {};
    // A refusal counts without a date: a full store may have taken no more.
    const current =
      (value === '0' && !decidedAt) || ((!maxAgeDays || clock() - decidedAt < maxAgeDays * 864e5) && (!policyVersion || version === policyVersion));
    // The flag speaks of analytics alone: who refused that may have agreed to something else.
    const agrees = value === '1' || all.some(purpose => agreesTo(record, status, purpose) === GRANTED);
    return { value, status, current, record, agrees, store: cookie ? COOKIE : LOCAL_STORAGE };
  }

  function now() {
    const { value, status, current, record, agrees, store, fault } = stored();
    const asked = signal();
    const [result, source] =
      value && !agrees && current ? [status, STORED]
      : asked === ENFORCE ? [DENIED, SIGNAL]
      : fault ? [status, FAULT]
      : value && current ? [status, STORED]
      : asked ? [DENIED, SIGNAL]
      : value ? [PENDING, STORED]
      : [byDefault, DEFAULT];
    const counts = source === STORED && current && agrees;
    return { status: result, source, store, record, agrees: !!counts, purposes: eachOf(purpose => (counts ? agreesTo(record, status, purpose) : result)) };
  }

  /**
   * The epoch of a decision, by which tabs that slept find out what they missed. As the core makes
   * them: a grant goes on with that of the grant before, any other is new, and odd from a refusal
   * on.
   */
  function epochOf(agrees) {
    const last = Math.max(...stores.map(latest));
    const before = stored();
    if (agrees && before.agrees) return last;
    return later(!agrees || (before.value && !before.agrees) || last % 2 === 1);
  }

  function later(odd) {
    const epoch = Math.max(clock(), Math.max(...stores.map(extent)) + 1);
    return epoch + ((epoch % 2 === 1) !== !!odd);
  }

  /** From which epoch on records of each purpose count, where it is later: what is refused now, and was not, is withdrawn. */
  function sinceOf(epoch, refused) {
    const before = Object(stored().record);
    const stands = purpose => before.epoch === epoch && agreesTo(before, before.status, purpose) === DENIED;
    const next = later(epoch % 2 === 1);
    const each = eachOf(purpose => (refused.includes(purpose) && !stands(purpose) ? next : Math.trunc(Object(before.since)[purpose])));
    const own = Object.entries(each).filter(([, since]) => since > epoch);
    return own.length ? Object.fromEntries(own) : undefined;
  }

  /** Keeps a decision, with its proof. What a bare repetition does not say is as it was. */
  function keep(agrees, { decidedAt, via, purposes, seen }) {
    const before = consent();
    const stands = before.status !== PENDING && before.agrees === agrees && before.record;
    const repeated = (!via && stands) || { __proto__: null };
    const shown = { __proto__: null, ...(!via && stands ? stands : { policyFingerprint, language, region }) };
    via ||= repeated.via || VIA;
    // But who agrees without a word of purposes agrees to all.
    if (!agrees || !repeated.refused?.length) purposes ??= repeated.purposes;
    const refused = all.filter(purpose => purposes && !purposes.includes(purpose));
    const status = agrees && !refused.includes(ANALYTICS) ? GRANTED : DENIED;
    const value = status === GRANTED ? '1' : '0';
    const several = agrees && all.length > 1;
    const epoch = epochOf(agrees);
    const proof = {
      id: newId(), status, decidedAt, policyVersion: policyVersion ?? undefined, via, purposes: purposes ?? (several ? all : undefined),
      refused: several ? refused : undefined, since: agrees ? sinceOf(epoch, refused) : undefined, library: 'consentry/' + VERSION, epoch,
      policyFingerprint: seen.policyFingerprint ?? shown.policyFingerprint, language: seen.language ?? shown.language, region: seen.region ?? shown.region,
    };
    if (repeats(proof, stands)) proof.id = stands.id;
    unkept = agrees && unseen() && proof;
    const partly = agrees && value === '0';
    const kept = stores.find(cookie => {
      // Between the two another page must not read a refusal of everything.
      if (!unkept && partly) write(cookie, recordKey, json(proof));
      if (!unkept) write(cookie, flagKey, value);
      return find(cookie, flagKey) === value;
    });
    // A full store that takes no new word may still give up an older one, which would speak for it
    // on the next page.
    if (kept === undefined) unkept || decision.forEach(forget);
    else if (!unkept) {
      write(kept, recordKey, json(proof));
      // What localStorage keeps stands in a cookie as well, which every process of the browser sees at once.
      if (partly && !kept) write(true, recordKey, json(proof));
      write(!kept, flagKey, kept ? undefined : value);
      write(!kept, recordKey, kept ? undefined : json(proof));
    }
    if (!unkept) history.add(exported(proof, all));
    const { value: found, store } = stored();
    const persisted = found === value;
    here = {
      status, source: agrees || persisted ? VISITOR : FAULT, store: persisted ? store : undefined, record: proof, agrees,
      purposes: eachOf(purpose => (agrees ? agreesTo(proof, status, purpose) : status)),
    };
  }

  /** What was decided here counts until something else is stored, or for good where no store took it. */
  function consent() {
    const { record } = here?.store ? stored() : here || {};
    return record?.decidedAt === here?.record.decidedAt && record?.status === here?.record.status && here ? here : now();
  }

  /** The record of the decision that counts, where there is one, and the history. */
  function proofs() {
    const { record, status, source } = consent();
    const { id } = { __proto__: null, ...record };
    const counts = typeof id === 'string' && (record === here?.record || (source === STORED && status !== PENDING));
    return { record: counts ? (history.find(id) ?? exported(record, all)) : undefined, history: history.all() };
  }

  return {
    purge,
    consent,
    records: proofs,
    /** The site has taken a record. */
    taken: history.mark,
    /** What is stored of the visitor. */
    identity: () => find(false, identity) || find(true, identity) || '',
    /** Answers whether the visitor had not agreed before. */
    optIn(choice) {
      const { status, source } = consent();
      if (signal() !== ENFORCE) keep(true, choice);
      return status !== GRANTED || source === DEFAULT;
    },
    optOut(choice) {
      keep(false, choice);
      purge();
    },
    /** The page is shown. A grant from before is kept, unless somebody has decided since. */
    shown() {
      if (!unkept) return;
      if (stored().record?.decidedAt > unkept.decidedAt) here = unkept = undefined;
      else keep(true, { ...unkept, seen: unkept });
    },
    /** The site has another default from now on. */
    setDefault: status => void (byDefault = status),
    resetConsent() {
      here = unkept = undefined;
      decision.forEach(forget);
      history.forget();
      purge();
    },
  };
}
