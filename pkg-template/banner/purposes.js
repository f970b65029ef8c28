// Which purposes the visitor is asked about, and how an answer reaches the client.

/** The status of each purpose that the client was made with, if it keeps them apart. */
const keptBy = ({ purposes }) => (typeof purposes === 'object' && !Array.isArray(purposes) ? purposes : undefined);

/**
 * The names to ask about: those of the attribute, as far as the client was made with them, else
 * all of the client. Nobody is asked about a purpose that the client would not know.
 */
export function asked(consent, attribute) {
  const kept = keptBy(consent);
  const named = [...new Set((attribute ?? '').split(/[\s,]+/).filter(Boolean))];
  const known = Object.keys(kept ?? { analytics: true });
  const names = kept ? named.filter(name => known.includes(name)) : named;
  return names.length ? names : known;
}

/** Whether a purpose is allowed now. Undecided is no: nothing is ticked before the visitor does it. */
export function isGranted(consent, name) {
  const { status, purposes } = consent;
  const kept = keptBy(consent);
  return kept ? kept[name] === 'granted' : status === 'granted' && (!purposes || purposes.includes(name));
}

/** Grants these purposes, and no other. */
export function carryOut(client, granted) {
  // A client that does not keep purposes apart would take any grant for one of analytics.
  const means = keptBy(client.consent) ? granted.length : granted.includes('analytics');
  if (means) client.optIn({ via: 'banner', purposes: granted });
  else client.optOut({ via: 'banner' });
}
