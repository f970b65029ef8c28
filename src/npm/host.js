// The browser, as the core sees it: one small function for each thing the core may ask of its host.
// None calls back before the core has returned. What a browser may refuse is caught; should a page make something else throw, `client.js`
// catches it and the shell takes over.

import { isServer } from './stores.js';

/** What belongs to one client, by handle: its token, what it is to be told (`inputs`), its timer and its requests. */
const clients = [];

/** Introduces a client and listens for what happens around it. */
export function connect(handle, token, inputs) {
  const client = (clients[handle] = { token, inputs, requests: new Map(), queues: new Map(), asked: {} });
  const about = name => (name === null || name.includes(token)) && inputs.changed();
  addEventListener('storage', ({ key }) => {
    about(key);
    // Another tab has stored something, and may be gone one day.
    if (key?.startsWith(queuePrefix(token)) && client.watching) watchSoon(client);
  });
  // Where the decision is a cookie, not every browser tells.
  globalThis.cookieStore?.addEventListener('change', ({ changed, deleted }) => [...changed, ...deleted].forEach(({ name }) => about(name)));
  addEventListener('online', inputs.online);
  const listen = () => {
    client.left = 0;
    try {
      client.channel = new BroadcastChannel('consentry_' + token);
      client.channel.onmessage = ({ data }) => heard(client, data);
    } catch {}
  };
  const hide = left => {
    // A page that is left is hidden afterwards.
    if (!client.left) inputs.goes((client.left = left));
  };
  listen();
  addEventListener('pagehide', () => {
    hide(1);
    // What a page stored that is put away must not wait for its return, and Chromium gives one up that has a channel on which somebody speaks.
    release(client);
    client.channel?.close();
  });
  // A page that comes back from the back-forward cache heard nothing while it was there.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    listen();
    inputs.returned();
  });
  document.addEventListener('visibilitychange', () => document.hidden && hide(0));
}

/** The keys of localStorage that begin so, each with a line feed after it. */
export function keys(prefix) {
  try {
    if (!isServer()) return Object.keys(localStorage).map(key => (key.startsWith(prefix) ? key + '\n' : '')).join('');
  } catch {}
  return '';
}

const queuePrefix = token => 'consentry_' + token + '_q_';

/** Owns a stored queue, or with 0 none any more, and asks for the queues whose owners are gone. */
export function own(handle, queue) {
  const client = clients[handle];
  client.watching = true;
  if (queue) claim(client, queue);
  else release(client);
  watch(client);
}

function release({ queues }) {
  queues.forEach(end => end());
  queues.clear();
}

/** Asks for every stored queue that is not ours. */
function watch(client) {
  const prefix = queuePrefix(client.token);
  for (const key of keys(prefix).split('\n')) claim(client, parseInt(key.slice(prefix.length)));
}

const leaseMs = 5e3;

/** Asks again later; not all at once. */
const watchSoon = client =>
  (client.timeout ||= setTimeout(() => {
    client.timeout = 0;
    watch(client);
  }, leaseMs * (1 + Math.random())));

/** Has a queue from when nobody else has it. `queues` knows how to give it up. */
function claim(client, queue) {
  const { queues, asked, token, inputs } = client;
  if (!queue || queues.has(queue)) return;
  const has = end => {
    queues.set(queue, end);
    inputs.claimed(queue);
  };
  const taken = () => {
    queues.delete(queue);
    watchSoon(client);
  };
  if (navigator.locks) {
    queues.set(queue, () => {});
    // Not waited for: Firefox keeps no page in its back-forward cache that holds a lock or waits for one.
    const options = { ifAvailable: true };
    navigator.locks.request(queuePrefix(token) + queue, options, lock => (lock && queues.has(queue) ? new Promise(has) : taken())).catch(taken);
  } else {
    // Without locks it is a lease: whoever has a queue, or asks for it, says so when asked, and one of which nobody says so is free.
    const timer = setTimeout(() => {
      delete asked[queue];
      has(() => {});
    }, leaseMs);
    queues.set(queue, () => clearTimeout(timer));
    asked[queue] = () => {
      clearTimeout(timer);
      taken();
    };
    post(client, queue);
  }
}

/** A message of another client: 0 when something stored has changed, the number of a queue it asks for, or less than 0 when it has that one. */
function heard(client, message) {
  if (!message) client.inputs.changed();
  else if (client.queues.has(message)) post(client, -message);
  else client.asked[-message]?.();
}

/** Where there is no channel, or a closed one, nobody hears. */
function post({ channel }, message) {
  try {
    channel.postMessage(message);
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

export const consented = (status, source, store, record, distinctId) =>
  void (said = { status, source, store: store || undefined, record: JSON.parse(record || '{}'), distinctId: JSON.parse(distinctId) });

const kept = name => (handle, ...rest) => void clients[handle].inputs.notices.push([name, ...rest]);
export const report = kept('report');
export const changed = kept('changed');
export const flushed = kept('flushed');
export const deleted = kept('deleted');

export const now = () => Date.now();

/** Asking the browser for one number costs as much as the rest of an event, and for many no more than for one. */
const numbers = new Uint32Array(256);
let unused = 0;
export function random() {
  if (!unused) unused = crypto.getRandomValues(numbers).length;
  return numbers[--unused];
}

/** Whether a browser's value for a signal means "on": the standard values, and those of old browsers. */
const isOn = value => /^(1|true|yes)$/.test(value);
// On a server there may be no navigator to ask.
export const gpc = () => isOn(globalThis.navigator?.globalPrivacyControl);
export const dnt = () => isOn(globalThis.navigator?.doNotTrack) || isOn(globalThis.doNotTrack);

// Browsers let the keepalive requests of a page have 64 KiB together; the rest is left to headers and to other scripts.
const keepaliveBudget = 60_000;
let keepaliveBytes = 0;

export function send(handle, id, url, data, wanted) {
  const { inputs, requests } = clients[handle];
  const controller = new AbortController();
  requests.set(id, controller);
  const body = 'data=' + encodeURIComponent(data);
  const bytes = wanted && keepaliveBytes + body.length <= keepaliveBudget ? body.length : 0;
  keepaliveBytes += bytes;
  (async () => {
    // What is aborted in the task it was asked for, by a refusal after a burst, never starts.
    await 0;
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      credentials: 'omit',
      cache: 'no-store',
      // A redirect could carry the records to another host, and a referrer would name the page that a blacklist hides.
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      keepalive: bytes > 0,
      signal: controller.signal,
    });
    return [await response.text(), response.status, milliseconds(response.headers.get('Retry-After'))];
  })()
    .catch(() => [])
    .then(answer => {
      keepaliveBytes -= bytes;
      requests.delete(id) && inputs.answered(id, ...answer);
    });
}

/** `Retry-After` is a number of seconds or a date. */
const milliseconds = header => Math.max(0, header * 1e3 || Date.parse(header) - Date.now() || 0);

export function abort(handle, id) {
  const { requests } = clients[handle];
  requests.get(id)?.abort();
  requests.delete(id);
}

/** Asks for a wake-up call after so many milliseconds; -1 cancels it. */
export function wakeAfter(handle, delay) {
  const client = clients[handle];
  clearTimeout(client.timer);
  if (!delay) queueMicrotask(client.inputs.woke);
  else if (delay < 0) client.inputs.stopped();
  else client.timer = setTimeout(client.inputs.woke, delay);
}

export function tell(handle) {
  const client = clients[handle];
  client.told = true;
  post(client, 0);
}
