// What a consent status means, in plain words. Pure functions of the consent object and the
// settings.

import { time } from './elements.js';

const REGIONS = { us: 'the United States', eu: 'the European Union', in: 'India' };

/** The purposes agreed to, where analytics is none of them. */
const partOf = ({ status, purposes }) => (status === 'granted' ? [] : Object.keys(purposes).filter(name => purposes[name] === 'granted'));

export function word(consent) {
  const { status, source } = consent;
  if (partOf(consent).length) return 'Accepted in part';
  if (status === 'pending') return 'Undecided';
  const chosen = source === 'visitor' || source === 'stored';
  if (status === 'granted') return chosen ? 'Accepted' : 'Allowed';
  return chosen ? 'Refused' : 'Denied';
}

export function why({ status, source }) {
  switch (source) {
    case 'visitor': return 'your choice on this page';
    case 'stored': return status === 'pending' ? 'your earlier choice no longer counts' : 'your choice, kept from before';
    case 'signal': return 'your browser’s privacy signal';
    case 'default': return status === 'pending' ? 'waiting for you' : 'the site’s default, not your choice';
    case 'fault': return 'the choice could not be read or kept';
    default: return source;
  }
}

/** One sentence or two for the status card. */
export function sentence(consent, settings) {
  const { status, source } = consent;
  const region = REGIONS[settings.residency];
  const part = partOf(consent);
  if (part.length) return `You agreed to ${part.join(' and ')}. What belongs to that is recorded and sent to ${region}, and nothing else.`;
  if (status === 'granted') {
    const flow = `Events are recorded, wait in this page’s memory for at most a few seconds, and are sent to ${region}.`;
    return source === 'default' ? `Nobody asked you: this site allows it unless you refuse. ${flow}` : flow;
  }
  if (status === 'pending') {
    // An earlier decision that expired or was made for an older policy.
    const before = source === 'stored' ? 'You chose for an older policy, so you are asked again. ' : '';
    return before + (settings.before === 'hold'
      ? 'Events wait in memory only. They are sent if you accept, and forgotten if you refuse or leave.'
      : 'Nothing is recorded, stored or sent until you choose.');
  }
  if (source === 'signal') {
    return settings.mode === 'enforce'
      ? 'Your browser asks sites not to track you, and this site obeys without exception. Nothing is recorded, stored or sent.'
      : 'Your browser asks sites not to track you. Nothing is recorded, stored or sent unless you accept here.';
  }
  if (source === 'default') return 'This site records nothing unless you accept. Nothing is stored or sent.';
  if (source === 'fault') return 'Whatever happened to the storage, the answer is no: nothing is recorded or sent.';
  return 'Nothing is recorded or sent. Only your decision is kept, so that you are not asked again.';
}

/** The three short answers, and what they let pass: `open`, `part` or `shut`. */
export function meters(consent, settings) {
  const { status, persisted } = consent;
  if (status === 'granted') {
    return { recorded: ['yes', 'open'], stored: ['identity', 'open'], sent: [`to ${settings.residency.toUpperCase()}`, 'open'] };
  }
  if (partOf(consent).length) {
    return { recorded: ['in part', 'part'], stored: ['identity', 'open'], sent: [`in part, to ${settings.residency.toUpperCase()}`, 'part'] };
  }
  const held = status === 'pending' && settings.before === 'hold';
  return {
    recorded: held ? ['in memory', 'part'] : ['no', 'shut'],
    stored: !persisted ? ['nothing', 'shut'] : [status === 'pending' ? 'nothing new' : 'your decision', 'part'],
    sent: ['nothing', 'shut'],
  };
}

/** Rows for the list of facts: name and value. */
export function facts(consent, distinctId) {
  const { status, source, decidedAt, via, persisted, store, policyVersion, purposes } = consent;
  const decided = decidedAt !== undefined && decidedAt !== null;
  return [
    ['Status', status],
    ['Source', source],
    ['Purposes', Object.entries(purposes).map(([name, status]) => `${name} ${status}`).join(', ')],
    ['Decided', decided ? `${new Date(decidedAt).toLocaleDateString('en-GB')}, ${time(decidedAt)}` : 'not yet'],
    ['By way of', via ?? '–'],
    ['Persisted', persisted ? `yes${store ? `, in ${store}` : ''}` : 'no'],
    ['Policy', policyVersion ?? '–'],
    ['Distinct id', distinctId ?? '–'],
  ];
}

/** How the time since a status began is named beside the number of requests. */
export function since(consent, at) {
  const chosen = consent.source === 'visitor' || consent.source === 'stored';
  if (chosen && consent.status === 'granted') return `since you accepted, ${time(at)}`;
  if (chosen && consent.status === 'denied') return `since you refused, ${time(at)}`;
  return `since ${time(at)}, undecided`;
}

/** How a change of status is named in the list of requests. */
export function changed(consent) {
  const chosen = consent.source === 'visitor' || consent.source === 'stored';
  if (chosen && consent.status === 'granted') return 'You accepted';
  if (chosen && consent.status === 'denied') return 'You refused';
  if (consent.status === 'pending') return 'Undecided again';
  return `Now ${consent.status}: ${why(consent)}`;
}
