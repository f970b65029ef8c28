// What the managers of a client say together, carried out.
import { ASKS, BY_DEFAULT, DENIED, DENIED_BY_DEFAULT, GRANTED, UNKNOWN } from './ranks.js';

/**
 * Does what the members of a group say, unless that is done; `name` is the one with the news. The strictest
 * wins, purpose by purpose; while one is not known yet, the grants of the others wait.
 */
export function carryOut(client, group, name) {
  const members = [...group.members.values()];
  const now = client.consent.purposes;
  const names = Object.keys(now);
  const ranks = names.map((_, i) => Math.max(...members.map(({ ranks }) => ranks[i] ?? UNKNOWN)));
  const has = rank => ranks.includes(rank);
  const waits = has(UNKNOWN);
  if (waits && !ranks.some(rank => rank > UNKNOWN)) return;
  const at = Math.max(...members.map(({ at }) => at));
  const isFresh = members.some(({ isFresh }) => isFresh);
  for (const member of members) member.isFresh = false;
  const said = ranks + '/' + at;
  if (said === group.said) return;
  const wasDenied = group.isDenied;
  group.said = said;
  group.isDenied = has(DENIED);

  const { status, source, decidedAt = Infinity, via } = client.consent;
  const isDecided = source !== 'default' && source !== 'signal';
  const isGranted = name => isDecided && now[name] === 'granted';
  // What the visitor decided here since is not undone by what the manager heard before. A refusal
  // without a date is no older.
  const mayGrant = name => !isDecided || isFresh || at > decidedAt || isGranted(name) || (now[name] === 'pending' && status !== 'pending');

  if (has(GRANTED) || has(DENIED)) {
    const choice = { via: 'cmp:' + name };
    const purposes = names.filter((name, i) => (ranks[i] === GRANTED ? !waits && mayGrant(name) : ranks[i] <= UNKNOWN && isGranted(name)));
    if (purposes.length) {
      if (names.some(name => isGranted(name) !== purposes.includes(name))) client.optIn({ ...choice, purposes });
    } else if (has(DENIED) && !(isDecided && names.every(name => now[name] === 'denied'))) client.optOut(choice);
  } else if (has(ASKS)) {
    if (names.some((name, i) => ranks[i] === ASKS && isGranted(name))) client.resetConsent();
    client.setDefault('pending');
  } else if (has(DENIED_BY_DEFAULT)) client.setDefault('denied');
  else if (ranks.every(rank => rank === BY_DEFAULT)) client.setDefault('granted');
  // A refusal that was heard on this page was taken back.
  else if (wasDenied && /^cmp:/.test(via)) client.resetConsent();
}
