// What every adapter does the same way. An adapter says which events to hear, how to find the manager, how to
// read it, and which of its keys mean which purpose.
import { carryOut } from './carry.js';
import { isPage, quiet } from './look.js';
import { ASKS, BY_DEFAULT, DENIED, DENIED_BY_DEFAULT, GRANTED, NONE, UNKNOWN, isGrant } from './ranks.js';

/** Milliseconds until a promise of a manager counts as never kept. */
const patience = 10_000;
/** Milliseconds after which the record of a manager has to say what its API says. */
const doubtful = 500;
/** Milliseconds: how often a manager is looked for at first, at last, and how long. */
const often = 100;
const seldom = 1_000;
const enough = 30_000;

/** The managers of each client. */
const groups = new WeakMap();

/**
 * Follows a manager until the function it answers is called. `mapping` holds the keys of each purpose, `events`
 * are those of the window that mean news. `open(options, look, end, on, more)` answers `[read, find, start]`: `find` looks
 * for the manager, `start` subscribes to it once, and `read` makes a reading of it, or a promise of one. A reading
 * is nothing, while there is nothing to read; a rank of all keys; or `[isDecision, of, at, isFresh]`, where
 * `of(key)` is `[said, recorded]`, what API and record of the manager say, each one answer or a list: a boolean, a
 * rank, or nothing for a key it does not know. `at` is when the visitor decided, if that is known; `isFresh`
 * whether that was just now, else it is what changes on this page.
 */
export function follow(client, given, name, mapping, events, open) {
  if (!isPage()) return () => {};
  const options = { __proto__: null, ...given };
  const keys = { __proto__: null, ...mapping, ...options.purposes };
  const member = { ranks: [], at: 0, isFresh: false, detach };
  const ends = new Set();
  const last = [];
  let group;
  let read;
  let find;
  let start;
  let isOver = false;
  let turn = 0;
  let doubt = 0;

  const fail = what => isOver || client.reportCmp(name + ': ' + (what?.message ?? what));

  /** Whatever throws in the manager ends here. */
  function attempt(act, otherwise = fail) {
    try {
      return isOver ? undefined : act();
    } catch (error) {
      otherwise(error);
    }
  }

  const later = (milliseconds, act) => {
    const timer = setTimeout(attempt, milliseconds, act);
    ends.add(() => clearTimeout(timer));
  };

  /** Listens until the adapter is detached. */
  function on(target, type, listener, options) {
    const heard = event => attempt(() => listener(event));
    EventTarget.prototype.addEventListener.call(target, type, heard, options);
    ends.add(() => EventTarget.prototype.removeEventListener.call(target, type, heard));
  }

  /** Looks for the manager, ever more seldom, and after a while when the page is seen again. */
  function seek(wait, waited) {
    const found = attempt(find);
    if (found) {
      attempt(() => start?.(found));
      look();
    } else if (waited < enough) later(wait, () => seek(Math.min(wait * 2, seldom), waited + wait));
    else on(document, 'visibilitychange', () => seek(0, waited), { __proto__: null, once: true });
  }

  /** The rank of a key. Where the record refuses, it is asked again a little later: it may not be written yet. */
  function rankOf(reading, key, isLast) {
    if (!Array.isArray(reading)) return reading ?? UNKNOWN;
    const [isDecision, of] = reading;
    const [said, recorded] = of(key).map(answers => [answers].flat());
    const rank = Math.max(
      ...(said.length ? said : [undefined]).map(one => {
        if (typeof one === 'number') return one;
        if (typeof one !== 'boolean') return fail('it knows no ' + key), ASKS;
        return one ? (isDecision ? GRANTED : BY_DEFAULT) : isDecision ? DENIED : DENIED_BY_DEFAULT;
      }),
    );
    if (!isGrant(rank) || !isLast || !recorded?.includes(false)) return rank;
    if (doubt > 1) return fail('its record refuses'), DENIED;
    if (!doubt++) {
      later(doubtful, () => {
        doubt = 2;
        look();
      });
    }
    return UNKNOWN;
  }

  const ranksOf = (reading, isLast) =>
    Object.keys(client.consent.purposes).map(purpose => Math.max(NONE, ...[keys[purpose] ?? []].flat().map(key => rankOf(reading, key, isLast))));

  /** Takes what denies at once, before the manager goes on: it may reload the page. Grants stay as they were. */
  function deny(reading) {
    const ranks = ranksOf(reading);
    const now = Object.values(client.consent.purposes);
    const grants = ranks.some(isGrant);
    if (ranks.some((rank, i) => rank > UNKNOWN && (!grants || now[i] === 'granted')))
      enter(ranks.map((rank, i) => (isGrant(rank) ? (isGrant(member.ranks[i]) ? member.ranks[i] : UNKNOWN) : rank)), reading);
  }

  /** Takes what was read: a grant when the manager has done all that it does now. */
  async function weigh(reading) {
    const own = turn;
    attempt(() => deny(reading), lose);
    await 0;
    if (own === turn)
      attempt(() => {
        const ranks = ranksOf(reading, true);
        if (doubt > 1) doubt = 0;
        enter(ranks, reading);
      }, lose);
  }

  function enter(ranks, reading) {
    const [, , at, isFresh] = Array.isArray(reading) ? reading : [];
    // What is another than the last that was known was chosen on this page.
    member.isFresh ||= isFresh ?? ranks.some((rank, i) => rank !== UNKNOWN && rank !== (last[i] ?? rank));
    ranks.forEach((rank, i) => rank === UNKNOWN || (last[i] = rank));
    member.ranks = ranks;
    // Never in the future.
    member.at = Math.min(+new Date(at) || 0, Date.now());
    carryOut(client, group, name);
  }

  /** It cannot be read. What it granted on this page does not go on. */
  const lose = error => {
    fail(error);
    attempt(() => enter(member.ranks.map(rank => (isGrant(rank) ? ASKS : UNKNOWN))));
  };

  /** Reads anew. */
  function look() {
    if (!read) return;
    const own = ++turn;
    /** Of an answer and the end of the patience, the first counts. */
    const first = act => answer => own === turn && act(answer, turn++);
    attempt(() => {
      const found = find();
      const reading = found ? read(found) : undefined;
      if (typeof reading?.then !== 'function') return weigh(reading);
      Promise.resolve(reading).then(first(weigh), first(lose));
      later(+options.timeoutMs || patience, () => first(lose)('it did not answer'));
    }, lose);
  }

  function detach() {
    if (isOver) return;
    isOver = true;
    ends.forEach(quiet);
    if (group?.members.get(name) === member) group.members.delete(name);
    if (!group?.members.size) groups.delete(client);
  }

  attempt(() => {
    groups.get(client)?.members.get(name)?.detach();
    group = groups.get(client) ?? { members: new Map() };
    groups.set(client, group);
    group.members.set(name, member);
    for (const event of events) on(window, event, look);
    [read, find = () => true, start] = open(options, look, act => ends.add(act), on, deny, fail, attempt);
    seek(often, 0);
  });
  return detach;
}
