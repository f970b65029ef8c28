// The browser, as the core sees it: one small function for each thing the core may ask of its host.
// None calls back before the core has returned. What a browser may refuse is caught; should a page make something else throw, `client.js`
// catches it and the shell takes over.

/** What belongs to one client, by handle: its token, what it is to be told (`inputs`), its timer and its requests. */
const clients = [];

/** Introduces a client and listens for what happens around it. */
export function connect(handle, token, inputs) {
  const client = (clients[handle] = { token, inputs, requests: new Map() });
  addEventListener('storage', event => (event.key === null || event.key.includes(token)) && inputs.changed());
  addEventListener('pagehide', inputs.hidden);
  // A page that comes back from the back-forward cache heard nothing while it was there.
  addEventListener('pageshow', event => event.persisted && inputs.changed());
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && inputs.hidden());
  try {
    client.channel = new BroadcastChannel('consentry_' + token);
    client.channel.onmessage = inputs.changed;
  } catch {}
}

/** Tells the other clients of the same token on this page, if this one has told other tabs since it was last asked. */
export function tellSiblings(handle) {
  const { told, token } = clients[handle];
  clients[handle].told = false;
  if (told) clients.forEach((client, other) => client.token === token && other !== handle && client.inputs.changed());
}

/** Aborts everything a client has under way. */
export const abandon = handle => clients[handle].requests.forEach((_, id) => abort(handle, id));

/** What the core said last of the consent and of the visitor. */
export let said;

/** The names of statuses, sources and stores, in the order of their numbers in Rust. */
const statuses = ['granted', 'denied', 'pending'];
const sources = ['visitor', 'signal', 'default', 'fault', 'stored'];
const stores = ['localStorage', 'cookie'];

export const consented = (status, source, store, record, distinctId) =>
  void (said = {
    status: statuses[status],
    source: sources[source],
    store: stores[store],
    record: JSON.parse(record || '{}'),
    distinctId: JSON.parse(distinctId),
  });

const kept = name => (handle, ...rest) => void clients[handle].inputs.notices.push([name, ...rest]);
export const report = kept('report');
export const changed = (handle, before, after) => void clients[handle].inputs.notices.push(['changed', statuses[before], statuses[after]]);
export const flushed = kept('flushed');
export const deleted = kept('deleted');

export const now = () => Date.now();

const pool = new Uint32Array(64);
let unused = 0;

export function random() {
  if (!unused) {
    crypto.getRandomValues(pool);
    unused = pool.length;
  }
  return pool[--unused];
}

/** Whether a browser's value for a signal means "on": the standard values, and those of old browsers. */
const isOn = value => /^(1|true|yes)$/.test(value);
// On a server there may be no navigator to ask.
const browser = () => globalThis.navigator || {};
export const gpc = () => isOn(browser().globalPrivacyControl);
export const dnt = () => [browser().doNotTrack, globalThis.doNotTrack, browser().msDoNotTrack].some(isOn);

// Browsers let the keepalive requests of a page have 64 KiB together; the rest is left to headers and to other scripts.
const keepaliveBudget = 60_000;
let keepaliveBytes = 0;

export function send(handle, id, url, data, wanted) {
  const { inputs, requests } = clients[handle];
  const controller = new AbortController();
  requests.set(id, controller);
  const body = 'data=' + encodeURIComponent(data);
  const keepalive = wanted && keepaliveBytes + body.length <= keepaliveBudget;
  const bytes = keepalive ? body.length : 0;
  keepaliveBytes += bytes;
  const answered = (status, retryAfter, text) => {
    keepaliveBytes -= bytes;
    requests.delete(id) && inputs.answered(id, status, retryAfter, text);
  };
  (async () => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      credentials: 'omit',
      cache: 'no-store',
      // A redirect could carry the records to another host, and a referrer would name the page that a blacklist hides.
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      keepalive,
      signal: controller.signal,
    });
    return [response.status, milliseconds(response.headers.get('Retry-After')), await response.text()];
  })().then(
    answer => answered(...answer),
    () => answered(0, 0, ''),
  );
}

/** `Retry-After` is a number of seconds or a date. */
const milliseconds = header =>
  header ? Math.max(0, (/^\d+$/.test(header) ? header * 1000 : Date.parse(header) - Date.now()) || 0) : 0;

export function abort(handle, id) {
  const { requests } = clients[handle];
  const controller = requests.get(id);
  requests.delete(id);
  controller?.abort();
}

/** Asks for a wake-up call after so many milliseconds; -1 cancels it. */
export function wakeAfter(handle, delay) {
  const client = clients[handle];
  clearTimeout(client.timer);
  // Browsers take delays of 31 bits; a timer that rings early is set again.
  if (delay >= 0) client.timer = setTimeout(client.inputs.woke, Math.min(delay, 0x7fffffff));
}

export function tell(handle) {
  const client = clients[handle];
  client.told = true;
  try {
    client.channel?.postMessage(0);
  } catch {}
}
