// The clients of this page, by the number that the core calls them by, and what the core says to them. What the browser does for them is in
// the files beside this one. None of their functions calls back before the core has returned.

/**
 * `inputs` are the ways into the core, which `connect` of `events.js` sets; `said` is for the other clients of the token on this page, and
 * `notices` are for the page: both wait until the core has returned.
 */
export const clients = [];

/** A server has no visitor, and its stores, where it has some, belong to all of them. */
export const isServer = () => typeof document === 'undefined';

/** Makes a number for a client. `cookie` says how its cookies are written. */
export const introduce = (token, cookie) =>
  isServer() ? 0 : clients.push({ token, cookie: cookie ?? {}, recording: true, requests: new Map(), locks: new Map(), said: [], notices: [] }) - 1;

/** A function that the core may call: whatever the browser or the page throws there, the core hears this instead. */
export const guarded = (fault, act) => (...values) => {
  try {
    return act(...values);
  } catch {
    return fault;
  }
};

/** Whether a new record would be kept or held. Where not, its values need not even be looked at. */
export const recording = (client, on) => void (clients[client].recording = on);

const notice = name => (client, ...values) => void clients[client].notices.push([name, ...values]);
export const report = notice('report');
export const changed = notice('changed');
export const flushed = notice('flushed');
export const deleted = notice('deleted');
