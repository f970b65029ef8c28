// What a consent manager says of one key of its own. Of several keys, of the keys of a purpose, and of managers
// the highest number holds: the strictest wins.

/** It has no say: its law does not apply here, or it never grants. */
export const NONE = 0;
/** Active because nobody has to be asked: a default, no decision. */
export const BY_DEFAULT = 1;
/** The visitor agreed. */
export const GRANTED = 2;
/** Not there yet, loading, or not to be understood: what was decided before stays. */
export const UNKNOWN = 3;
/** It is there, and the visitor has not answered it: an earlier grant counts no more. */
export const ASKS = 4;
/** Inactive, and nobody was asked. */
export const DENIED_BY_DEFAULT = 5;
/** The visitor refused. */
export const DENIED = 6;

export const isGrant = rank => rank === GRANTED || rank === BY_DEFAULT;
