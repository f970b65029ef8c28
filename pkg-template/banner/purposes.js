// Which purposes the visitor is asked about, and how an answer reaches the client.

/**
 * The names to ask about: those of the attribute, as far as the client was made with them, else
 * all of the client. Nobody is asked about a purpose that the client would not know.
 */
export function asked({ purposes }, attribute) {
  const known = Object.keys(purposes);
  const named = [...new Set((attribute ?? '').split(/[\s,]+/))].filter(name => known.includes(name));
  return named.length ? named : known;
}

/** Whether a purpose is allowed now. Undecided is no: nothing is ticked before the visitor does it. */
export const isGranted = ({ purposes }, name) => purposes[name] === 'granted';

/** Grants these purposes, and no other. `shown` is what the visitor saw, for the record. */
export function carryOut(client, granted, shown) {
  if (granted.length) client.optIn({ via: 'banner', purposes: granted, ...shown });
  else client.optOut({ via: 'banner', ...shown });
}
