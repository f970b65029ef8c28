// The numbers of the calls in bindings.rs. A bundler puts them in place of the names.
export const CONSENT = 0; // says the consent and the id that events carry
export const OPT_IN = 2; // event, its properties, consent record; number: when, 0 for now
export const OPT_OUT = 3; // -, -, consent record; number: 1 to delete the profile
export const RESET_CONSENT = 4;
export const TRACK = 5; // name, properties; number: when, 0 for now
export const PROFILE = 6; // operand; number: operation
export const GROUP = 7; // operand, JSON array of key and id; number: operation
export const IDENTIFY = 8; // user id
export const RESET = 9;
export const REGISTER = 10; // properties; number: 1 to keep those that are set
export const UNREGISTER = 11; // name
export const FLUSH = 12; // number of the flush
export const WOKE = 13; // input: the timer rang
export const CHANGED_ELSEWHERE = 14; // input: something stored changed in another tab or client
export const PAGE_HIDDEN = 15; // input: the page is hidden
export const ANSWERED = 16; // input: body, status, milliseconds of Retry-After; number: request
