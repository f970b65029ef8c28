// What every adapter does the same way. An adapter says how to hear of changes, how to read, and which key
// of the manager means which purpose.
import { CMP_FAILED } from '../generated/names.js';
import { coded } from '../errors.js';
import { tell } from '../safe.js';
import { carryOut, purposesOf } from './carry.js';
import { isPage, quiet, soon } from './look.js';
import { ASKS, BY_DEFAULT, DENIED, GRANTED, UNKNOWN } from './ranks.js';

/** Milliseconds until a promise of a manager counts as never kept. */
const patience = 10_000;
/** Milliseconds after which the record of a manager has to say what its API says. */
const doubtful = 500;
/** Milliseconds: how often a manager is looked for at first, at last, and how long. */
const [often, seldom, enough] = [100, 1_000, 30_000];
/** A key that no manager has: who says yes to it says yes to everything. */
const nonsense = 'consentry-asks-for-what-is-not-there';

/** The managers of each client. */
const groups = new WeakMap();

/**
 * Follows a manager until the function it answers is called. `open` gets the tools and answers how to read:
 * nothing while there is nothing to read, or a reading, or a promise of one. A reading has `of(key)`, the rank
 * of a key or nothing for one the manager does not know; `all`, a rank of all keys instead; `check(key)`, which
 * is `false` where the manager's own record refuses; `at`, when the visitor decided, if known; `isFresh`,
 * whether that was just now, else it is what changed on this page. `mapping` holds the keys of each purpose.
 */
export function follow(client, given, name, mapping, open) {
  if (!isPage()) return () => {};
  const options = { __proto__: null, ...given };
  const keys = { __proto__: null, ...mapping, ...options.purposes };
  const log = error => console.warn(error);
  const onError = typeof options.onError === 'function' ? options.onError : log;
  const told = new Set();
  const ends = new Set();
  const member = { name, ranks: { __proto__: null }, at: 0, isFresh: false, detach };
  const last = { __proto__: null };
  let group;
  let read = () => {};
  let isOver = false;
  let turn = 0;
  let doubt = 0;

  /** Tells of a fault, each once. */
  function fail(what) {
    const about = quiet(() => name + ': ' + (what?.message ?? what)) ?? name;
    if (isOver || told.has(about)) return;
    told.add(about);
    soon(() => tell(onError, coded(...CMP_FAILED, about)));
  }

  /** Whatever throws in the manager ends here. */
  const attempt = (act, otherwise) => {
    try {
      return act();
    } catch (error) {
      fail(error);
      return otherwise?.();
    }
  };

  function later(milliseconds, act) {
    const timer = setTimeout(() => {
      ends.delete(end);
      isOver || attempt(act);
    }, milliseconds);
    const end = () => clearTimeout(timer);
    ends.add(end);
    return end;
  }

  /** Listens until the adapter is detached, or the function it answers is called. */
  function on(target, type, listener) {
    const heard = event => isOver || attempt(() => listener(event));
    EventTarget.prototype.addEventListener.call(target, type, heard);
    const end = () => EventTarget.prototype.removeEventListener.call(target, type, heard);
    ends.add(end);
    return end;
  }

  /** Waits for something of the page: `then` gets what `find` finds, once. */
  function when(find, then) {
    let wait = often;
    let waited = 0;
    let end;
    const isFound = () => {
      const found = isOver || attempt(find);
      if (!found) return false;
      end?.();
      if (!isOver) attempt(() => then(found));
      look();
      return true;
    };
    const again = () => {
      if (isFound()) return;
      if (waited >= enough) return (end = on(document, 'visibilitychange', isFound));
      waited += wait;
      later(wait, again);
      wait = Math.min(wait * 2, seldom);
    };
    again();
  }

  const keysOf = purpose => [].concat(keys[purpose] ?? []);
  const names = () => Object.keys(purposesOf(client));

  function ranksOf(reading) {
    const of = key => {
      const rank = reading.of(key);
      if (rank === undefined) fail('it knows no ' + key);
      return rank ?? ASKS;
    };
    const ofPurpose = purpose =>
      !reading ? UNKNOWN : reading.all ?? Math.max(0, ...keysOf(purpose).map(of));
    return Object.assign({ __proto__: null }, ...names().map(purpose => ({ [purpose]: ofPurpose(purpose) })));
  }

  const isGrant = rank => rank === GRANTED || rank === BY_DEFAULT;

  /** Takes what denies at once, before the manager goes on: it may reload the page. Grants stay as they were. */
  function deny(reading) {
    const ranks = ranksOf(reading);
    const now = purposesOf(client);
    const denied = Object.keys(ranks).filter(purpose => ranks[purpose] >= ASKS);
    const granted = Object.keys(ranks).filter(purpose => isGrant(ranks[purpose]));
    if (!granted.length || denied.some(purpose => now[purpose] === 'granted')) {
      const asBefore = granted.map(purpose => ({ [purpose]: isGrant(member.ranks[purpose]) ? member.ranks[purpose] : UNKNOWN }));
      if (denied.length) enter(Object.assign({ __proto__: null }, ranks, ...asBefore), reading);
    }
    return granted.length || !denied.length;
  }

  /** Takes what was read: a grant when the manager has done all that it does now. */
  function weigh(reading) {
    if (!deny(reading)) return;
    const own = turn;
    soon(() => isOver || own !== turn || attempt(() => enter(checked(ranksOf(reading), reading), reading), lost));
  }

  /** The ranks where the manager's record agrees. It may be written a little later than it is told. */
  function checked(ranks, reading) {
    const granted = Object.keys(ranks).filter(purpose => isGrant(ranks[purpose]));
    if (granted.length && reading.of && isGrant(reading.of(nonsense))) {
      fail('it says yes to everything');
      for (const purpose of granted) ranks[purpose] = UNKNOWN;
      return ranks;
    }
    const refused = granted.filter(purpose => keysOf(purpose).some(key => reading.check?.(key) === false));
    if (!refused.length) doubt = 0;
    else if (doubt < 2) {
      for (const purpose of refused) ranks[purpose] = UNKNOWN;
      doubt ||= later(doubtful, () => {
        doubt = 2;
        look();
      }) && 1;
    } else {
      fail('what it says is not what it has stored');
      for (const purpose of refused) ranks[purpose] = DENIED;
    }
    return ranks;
  }

  function enter(ranks, reading) {
    const known = Object.entries(ranks).filter(([, rank]) => rank !== UNKNOWN);
    // What is another than the last that was known was chosen on this page.
    member.isFresh ||= reading?.isFresh ?? known.some(([purpose, rank]) => (last[purpose] ?? rank) !== rank);
    for (const [purpose, rank] of known) last[purpose] = rank;
    member.ranks = ranks;
    member.at = reading?.at ?? 0;
    carryOut(client, group);
  }

  /** It could be read before, and cannot now: what it granted then does not go on. */
  function lost() {
    const ranks = ranksOf();
    for (const purpose of Object.keys(ranks)) if (isGrant(member.ranks[purpose])) ranks[purpose] = ASKS;
    attempt(() => enter(ranks));
  }

  /** Reads anew. `hint` is a reading that came with the news: what it denies holds before the manager answers. */
  function look(hint) {
    if (isOver) return;
    const own = ++turn;
    const isLate = () => isOver || own !== turn;
    attempt(() => {
      if (hint) deny(hint);
      const reading = read();
      if (typeof reading?.then !== 'function') return weigh(reading);
      const giveUp = error => {
        if (isLate()) return;
        turn++;
        fail(error);
        lost();
      };
      const end = later(options.timeoutMs > 0 ? options.timeoutMs : patience, () => giveUp('it did not answer'));
      reading.then(
        answer => {
          end();
          isLate() || attempt(() => weigh(answer), lost);
        },
        error => {
          end();
          giveUp(error);
        },
      );
    }, lost);
  }

  function detach() {
    if (isOver) return;
    isOver = true;
    for (const end of ends) quiet(end);
    if (group?.members.get(name) === member) group.members.delete(name);
    if (!group?.members.size) groups.delete(client);
  }

  attempt(() => {
    groups.get(client)?.members.get(name)?.detach();
    if (!groups.has(client)) groups.set(client, { members: new Map(), carried: undefined, isDenied: false });
    group = groups.get(client);
    group.members.set(name, member);
    read = open({ options, look, on, when, later, fail, end: act => ends.add(act) });
    look();
  });
  return detach;
}
