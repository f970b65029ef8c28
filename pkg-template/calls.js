// The numbers of the calls in bindings.rs. A bundler puts them in place of the names.

// These may reach the core a little later.
export const TRACK = 0; // name, properties; number: when
export const PROFILE = 1; // operand; number: operation
export const GROUP = 2; // operand, key, id; number: operation
export const REGISTER = 3; // properties; number: 1 to keep those that are set
export const UNREGISTER = 4; // name
export const FLUSH = 5; // number of the flush

// What the client itself asks and tells.
export const CONSENT = 6; // says the consent and the id that events carry
export const WOKE = 7; // input: the timer rang
export const CHANGED_ELSEWHERE = 8; // input: something stored changed in another tab or client
export const CLAIMED = 9; // input: a stored queue is ours now; number: which
export const RETURNED = 10; // input: back from the back-forward cache
export const ONLINE = 11; // input: the browser is online again
export const ANSWERED = 12; // input: body, status, milliseconds of Retry-After; number: request

// Before these the core gets all that waits.
export const PAGE_HIDDEN = 13; // input: the page is hidden; number: 1 when it is being left
export const IDENTIFY = 14; // user id
export const RESET = 15;
// The choices of the page: what was called after one belongs to it.
export const OPT_IN = 16; // event, its properties, consent record; number: when
export const OPT_OUT = 17; // -, -, consent record; number: 1 to delete the profile
export const RESET_CONSENT = 18;
export const PURGE = 19;
