// What the tests do to the page, and what they see of it. `restore` takes everything back.

const undo = [];

/** Replaces a property of the page's objects until `restore`. */
function replace(object, name, descriptor) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { configurable: true, ...descriptor });
  undo.push(() => (before ? Object.defineProperty(object, name, before) : delete object[name]));
}

const throwing = {
  get() {
    throw new DOMException('blocked', 'SecurityError');
  },
  set() {
    throw new DOMException('blocked', 'SecurityError');
  },
};

export const blockLocalStorage = () => replace(window, 'localStorage', throwing);
export const blockLocalStorageMethods = () =>
  ['getItem', 'setItem', 'removeItem'].forEach(name => replace(Storage.prototype, name, { value: throwing.get }));
export const fillLocalStorage = () => replace(Storage.prototype, 'setItem', { value: throwing.set });
export const takeLocalStorageAway = () => replace(window, 'localStorage', { value: undefined });
export const nullLocalStorage = () => replace(window, 'localStorage', { value: null });
export const blockCookies = () => replace(Document.prototype, 'cookie', throwing);
export const refuseCookies = () => replace(Document.prototype, 'cookie', { get: () => '', set() {} });
export const pretendCookies = text => replace(Document.prototype, 'cookie', { get: () => text, set() {} });
export const takeLocksAway = () => replace(navigator, 'locks', { value: undefined });

let reads;
export const cookieReads = () => reads;
export function countCookieReads() {
  reads = 0;
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  replace(Document.prototype, 'cookie', { get: () => (reads++, get.call(document)), set: text => set.call(document, text) });
}

/** Whatever the host functions ask the browser for, it throws. */
export function breakEverything() {
  const fail = { value: throwing.get };
  for (const name of ['localStorage', 'screen']) replace(window, name, throwing);
  for (const name of ['globalPrivacyControl', 'doNotTrack', 'userAgent', 'locks']) replace(navigator, name, throwing);
  for (const name of ['cookie', 'hidden', 'referrer', 'URL']) replace(Document.prototype, name, throwing);
  for (const name of ['fetch', 'setTimeout', 'clearTimeout']) replace(window, name, { ...fail, writable: true });
  for (const name of ['addEventListener', 'removeEventListener']) replace(EventTarget.prototype, name, { ...fail, writable: true });
  replace(Date, 'now', fail);
  replace(Crypto.prototype, 'getRandomValues', fail);
  replace(BroadcastChannel.prototype, 'postMessage', fail);
}

/** Nobody sees the page until `restore` or `showPage`. */
export const prerender = () => replace(Document.prototype, 'prerendering', { get: () => true });
export function showPage() {
  replace(Document.prototype, 'prerendering', { get: () => false });
  document.dispatchEvent(new Event('prerenderingchange'));
}

/** Somebody looks at another tab until `restore`. */
export const hidePage = () => replace(Document.prototype, 'hidden', { get: () => true });

/** Whatever asks for a page's `fetch` first calls this. */
export function beforeFetch(act) {
  const { fetch } = window;
  replace(window, 'fetch', { value: (...values) => (act(), fetch(...values)), writable: true });
}

/** Whatever reads of localStorage first calls this. */
export function beforeGetItem(act) {
  const { getItem } = Storage.prototype;
  replace(Storage.prototype, 'getItem', { value(key) { return act(), getItem.call(this, key); } });
}

/** An element that hides a property of the document. */
export function hide(name) {
  const form = document.body.appendChild(document.createElement('form'));
  form.name = name;
  undo.push(() => form.remove());
}

export const signal = (gpc, dnt) => {
  replace(navigator, 'globalPrivacyControl', { value: gpc && JSON.parse(gpc) });
  replace(navigator, 'doNotTrack', { value: dnt ?? null });
};
export function visit(address) {
  const before = location.href;
  history.replaceState(null, '', address);
  undo.push(() => history.replaceState(null, '', before));
}

/** Undoes every replacement, newest first, and empties both stores. */
export function restore() {
  while (undo.length) undo.pop()();
  requests.length = 0;
  localStorage.clear();
  for (const name of cookieNames()) document.cookie = name + '=; Path=/; Max-Age=0';
}

const cookieNames = () => (document.cookie ? document.cookie.split('; ').map(pair => pair.split('=')[0]) : []);

/** The keys of both stores: `local:…` and `cookie:…`, sorted, one a line. */
export const keys = () =>
  [...Object.keys(localStorage).map(key => 'local:' + key), ...cookieNames().map(name => 'cookie:' + decodeURIComponent(name))].sort().join('\n');

/**
 * One member of a JSON object, as JSON; nothing when the text is no JSON object or has no such
 * member.
 */
export function member(text, name) {
  try {
    const object = JSON.parse(text);
    return JSON.stringify(Object.getPrototypeOf(object) === Object.prototype ? object[name] : undefined);
  } catch {}
}

/** What `fetch` was asked for since `holdFetch`, oldest first. */
const requests = [];

/** Requests wait for `answer` or `fail`, and can be aborted. */
export function holdFetch() {
  const fetch = (url, { signal, body, ...rest }) =>
    new Promise((resolve, reject) => {
      const request = { url, body, ...rest, aborted: signal.aborted, resolve, reject };
      signal.addEventListener('abort', () => {
        request.aborted = true;
        reject(signal.reason);
      });
      requests.push(request);
      if (signal.aborted) reject(signal.reason);
    });
  replace(window, 'fetch', { value: fetch, writable: true });
}

export const started = () => requests.length;
/** One member of a request, as text. */
export const request = (at, name) => '' + requests[at][name];
export const answer = (at, status, retryAfter, text) =>
  requests[at].resolve(new Response(text, { status, headers: retryAfter ? { 'Retry-After': retryAfter } : {} }));
export const fail = at => requests[at].reject(new TypeError('no network'));

/** Lets something happen to the page, as browsers tell it. */
export function happens(what) {
  const [name, key] = what.split(' ');
  if (name === 'hidden') {
    replace(Document.prototype, 'hidden', { value: true });
    document.dispatchEvent(new Event('visibilitychange'));
    undo.pop()();
  } else if (name === 'stored') dispatchEvent(new StorageEvent('storage', { key: key || null }));
  else if (name === 'shown') dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  else dispatchEvent(new Event(name));
}

/** The inputs of a client. Each call of one becomes a line, and rings for whoever waits. */
export function newInputs() {
  const heard = name => (...values) => {
    // An event is not worth a line.
    inputs.lines.push(JSON.stringify([name, ...values.filter(value => !(value instanceof Event))]));
    inputs.ring?.();
  };
  const inputs = { lines: [] };
  const names = ['woke', 'answered', 'heard', 'locked', 'storageChanged', 'online', 'pageHidden', 'unloading', 'returned'];
  for (const name of names) inputs[name] = heard(name);
  return inputs;
}

/** The oldest line that was not taken yet. */
export const takeLine = inputs => inputs.lines.shift();

/** Calls back at the next line. When none comes for ten seconds, that is the line. */
export function onLine(inputs, callback) {
  const timer = setTimeout(() => (inputs.lines.push('nothing for ten seconds'), inputs.ring()), 10_000);
  inputs.ring = () => {
    clearTimeout(timer);
    delete inputs.ring;
    callback();
  };
}

/** What the client told the page since this was last asked, as JSON. */
export const takeNotices = (clients, client) => JSON.stringify(clients[client].notices.splice(0));
export const isRecording = (clients, client) => clients[client].recording;
