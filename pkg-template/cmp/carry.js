// What the managers of a client say together, carried out.
import { ASKS, BY_DEFAULT, DENIED, DENIED_BY_DEFAULT, GRANTED, NONE, UNKNOWN } from './ranks.js';

/** The purposes of a client with the status of each; of one that knows none, that of its own. */
export function purposesOf({ consent: { purposes, status } }) {
  return purposes && !Array.isArray(purposes) ? purposes : { __proto__: null, analytics: status };
}

/**
 * Does what the members of a group say, unless that is done. The strictest wins, purpose by purpose; while one
 * is not known yet, the grants of the others wait.
 */
export function carryOut(client, group) {
  const members = [...group.members.values()];
  const now = purposesOf(client);
  const names = Object.keys(now);
  const ranks = names.map(name => Math.max(...members.map(member => member.ranks[name] ?? UNKNOWN)));
  const has = rank => ranks.includes(rank);
  if (has(UNKNOWN) && !has(ASKS) && !has(DENIED) && !has(DENIED_BY_DEFAULT)) return;
  const at = Math.max(...members.map(member => member.at));
  const isFresh = members.some(member => member.isFresh);
  for (const member of members) member.isFresh = false;
  const said = ranks + '/' + at;
  if (said === group.carried) return;
  group.carried = said;
  const wasDenied = group.isDenied;
  group.isDenied = has(DENIED);

  const { status, source, decidedAt = Infinity, via = '' } = client.consent;
  const isDecided = source !== 'default' && source !== 'signal';
  const isGranted = name => isDecided && now[name] === 'granted';
  // What the visitor decided here since is not undone by what the manager heard before. A refusal
  // without a date is no older.
  const isNew = !isDecided || at > decidedAt || isFresh;
  const mayGrant = name => isNew || now[name] === 'granted' || (now[name] === 'pending' && status !== 'pending');

  if (has(GRANTED) || has(DENIED)) {
    const granted = names.filter((name, i) => (ranks[i] === GRANTED ? !has(UNKNOWN) && mayGrant(name) : ranks[i] <= UNKNOWN && isGranted(name)));
    const who = members.find(member => names.some((name, i) => member.ranks[name] === ranks[i] && ranks[i] === (granted.length ? GRANTED : DENIED)));
    const choice = { via: 'cmp:' + (who ?? members[0]).name };
    if (granted.length) {
      if (names.some(name => isGranted(name) !== granted.includes(name))) client.optIn({ ...choice, purposes: granted });
    } else if (has(DENIED) && !(isDecided && names.every(name => now[name] === 'denied'))) client.optOut(choice);
  } else if (has(ASKS)) {
    if (names.some((name, i) => ranks[i] === ASKS && isGranted(name))) client.resetConsent();
    client.setDefault?.('pending');
  } else if (has(DENIED_BY_DEFAULT)) client.setDefault?.('denied');
  else if (ranks.every(rank => rank === BY_DEFAULT)) client.setDefault?.('granted');
  // A refusal that was heard on this page was taken back.
  else if (ranks.every(rank => rank === NONE) && wasDenied && via.startsWith('cmp:')) client.resetConsent();
}
