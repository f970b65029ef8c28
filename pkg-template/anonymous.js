// Ids as hashes, where the site wants none of its own to be known.

/** Hexadecimal digits, as many as a hash has. */
const hashed = /^[0-9a-f]{64}$/;

/** What makes of an id what is stored and sent. `current` answers the id that there is. */
export const anonymous = (given, current) => id => {
  // Random ids say nobody's name, and what is a hash already is not hashed again.
  if (!given || id === undefined || id.startsWith('$device:') || (hashed.test(id) && id === current())) return id;
  try {
    return '' + given.hashId(id, given.salt);
  } catch {
    return ''; // which the core does not take
  }
};
