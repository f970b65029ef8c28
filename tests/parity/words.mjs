// The words scenarios are written in. Each answers data; the page makes values of it.

/** The project's token, in every scenario: each is played on an origin of its own. */
export const token = 'c0ffee00c0ffee00c0ffee00c0ffee00';

/** The token of a second project. */
export const other = 'bada55bada55bada55bada55bada5500';

export const undef = { $undefined: true };
export const date = at => ({ $date: at });
export const notFinite = name => ({ $number: name });
export const element = selector => ({ $element: selector });
export const elements = selector => ({ $elements: selector });
/** An address of the page's own origin. */
export const own = path => ({ $origin: path });

/**
 * A function of the page: `returns` a value, `passes` the argument of this number on, or all of
 * them (`passesAll`), `throws`, first `sets` [argument, key, value], or `calls` the library.
 */
export const fn = (name, does = {}) => ({ $callback: { name, ...does } });

/** The library without batches: a request starts before a call returns. */
export const unbatched = { batch_requests: false };

export const init = (config = {}, name) => (name ? ['init', token, config, name] : ['init', token, config]);
export const wait = milliseconds => ({ wait: milliseconds });
export const get = name => ({ get: name });
export const click = (selector, how = {}) => ({ click: selector, ...how });
export const submit = selector => ({ submit: selector });
export const body = html => ({ body: html });
export const on = (name, ...call) => ({ on: name, call });
export const group = (key, id, ...call) => ({ group: [key, id], call });
export const hide = { hide: true };
/** A new page load. `query` and `referrer` are the page's. */
export const page = (about = {}) => ({ page: about });
/** What is on the device now, as an answer. */
export const stored = { stored: true };

export const identityKey = `mp_${token}_mixpanel`;
export const flagKey = `__mp_opt_in_out_${token}`;
export const queueKey = kind => `__mpq_${token}_${kind}`;

/** One scenario: a name, its steps, and what else there is about it. */
export const scenario = (name, steps, about = {}) => ({ name, steps, ...about });
