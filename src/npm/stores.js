// localStorage and cookies, for the core and for the shell that answers where wasm cannot run.
import { clients, guarded, isServer, ofDocument } from './host.js';

/**
 * While the core runs the browser is asked once for its cookies and for the store itself: another
 * process may have to be asked for them.
 */
let remembers = false;
let text;
let storage;

/** From now on what the browser said is remembered, or no more. */
export function remember(on) {
  remembers = on;
  text = storage = undefined;
}

function local() {
  const store = storage ?? window.localStorage;
  if (remembers) storage = store;
  return store;
}

/**
 * `undefined` when the store throws, an empty text when there is nothing, `=` before the value
 * otherwise.
 */
export const readLocal = guarded(undefined, key => {
  if (isServer()) return '';
  // Where there is no localStorage there is nothing in it; where it is blocked, asking for it
  // throws.
  const value = local()?.getItem(key) ?? undefined;
  return value === undefined ? '' : '=' + value;
});

/** Writes a value, or removes the key when there is none. Whether it worked is found by reading. */
export const writeLocal = guarded(undefined, (key, value) => {
  if (isServer()) return;
  if (value === undefined) local().removeItem(key);
  else local().setItem(key, value);
});

/** Whether it is the browser's own. */
const isStorage = guarded(false, store => Reflect.get(Storage.prototype, 'length', store) >= 0);

/**
 * The keys that begin so, each with a line feed after it. Some pages have an object of their own in
 * the place of localStorage, with methods that put something before each key and do not take it off
 * again: a key of ours is what it is found by.
 */
export const keys = guarded('', prefix => {
  if (isServer()) return '';
  const store = local();
  // Firefox needs as long for each `key` as there are keys.
  const names = isStorage(store) ? Object.keys(store) : Array.from({ length: store.length }, (_, at) => store.key(at) ?? '');
  let all = '';
  for (const key of names) {
    const start = key.indexOf(prefix);
    if (key.includes('\n')) continue; // none of ours has one
    if (!start || (start > 0 && store.getItem(key.slice(start)) !== null)) all += key.slice(start) + '\n';
  }
  return all;
});

function cookies() {
  const all = text ?? ofDocument('cookie');
  if (remembers) text = all;
  return all;
}

/** As `readLocal`. Cookies of several domains can share a name: their values come one a line. */
export const readCookie = guarded(undefined, key => {
  if (isServer()) return '';
  const start = encodeURIComponent(key) + '=';
  const all = cookies();
  if (!all.includes(start)) return '';
  const values = all.split('; ').flatMap(pair => (pair.startsWith(start) ? decode(pair.slice(start.length)) : []));
  return values.length ? '=' + values.join('\n') : '';
});

/** As `writeLocal`, in the way of this client. */
export const writeCookie = guarded(undefined, (client, key, value) => {
  if (isServer()) return;
  const options = clients[client].cookie;
  if (value === undefined) {
    // Removed wherever it could have been written, by us or by mixpanel-js.
    for (const domain of ['', ...domains()]) assign(options, key, domain);
    return;
  }
  const domain = (options.found ??= findDomain(options));
  assign(options, key, domain, value, options.expiresDays || 365);
  // A host-only cookie from before would stand beside this one and could contradict it.
  if (domain) assign(options, key, '');
});

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Writes a cookie of a domain, or removes it. */
function assign({ sameSite = 'lax', secure, partitioned }, key, domain, value = '', days = 0) {
  text = undefined;
  // Browsers take SameSite=None and Partitioned only together with Secure. Max-Age needs no clock
  // and no calendar.
  const safe = sameSite === 'none' || partitioned || (secure ?? location.protocol === 'https:');
  const cookie =
    encodeURIComponent(key) + '=' + encodeURIComponent(value) + '; Path=/; Max-Age=' + days * 86400 + '; SameSite=' + sameSite +
    (domain && '; Domain=' + domain) + (safe ? '; Secure' : '') + (partitioned ? '; Partitioned' : '');
  Reflect.set(Document.prototype, 'cookie', cookie, document);
}

/**
 * The domains this host shares with its siblings, widest first: `co.uk`, `shop.co.uk`,
 * `www.shop.co.uk`. An address in numbers has none.
 */
function domains() {
  const labels = location.hostname.split('.');
  return /[a-z]$/.test(location.hostname) ? labels.slice(1).map((_, at) => labels.slice(-at - 2).join('.')) : [];
}

/**
 * The domain to write cookies for. Browsers refuse public suffixes, so each candidate is tried and
 * read back; `''` is the host alone.
 */
function findDomain(options) {
  const candidates = options.domain ? [options.domain.replace(/^\./, '')] : options.crossSubdomain ? domains() : [];
  const probe = 'consentry"probe'; // no token or prefix can have the quote
  const taken = candidates.find(domain => {
    assign(options, probe, domain, '1', 1);
    const found = readCookie(probe);
    assign(options, probe, domain);
    return found;
  });
  return taken || '';
}
