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

/**
 * The names that a key can have in a cookie: as it is, which is mixpanel-js's, where no browser takes
 * it for something else, and encoded.
 */
const namesOf = key => {
  const encoded = encodeURIComponent(key);
  return key !== encoded && /^(?! )[ -$&-:<>-~]+$/.test(key) ? [key, encoded] : [encoded];
};

/**
 * As `readLocal`. Cookies can share a name, of several domains or partitions: their values come one a
 * line.
 */
export const readCookie = guarded(undefined, key => {
  if (isServer()) return '';
  const all = cookies();
  const starts = namesOf(key).map(name => name + '=').filter(start => all.includes(start));
  if (!starts.length) return '';
  const values = all.split('; ').flatMap(pair => starts.filter(start => pair.startsWith(start)).map(start => decode(pair.slice(start.length))));
  return values.length ? '=' + values.join('\n') : '';
});

/**
 * As `writeLocal`, in the way of this client. Another cookie of the name, written in another way,
 * would stand beside it and could contradict it: it goes. But the identity may be a sibling's where
 * it is of a domain that the options are not for.
 */
export const writeCookie = guarded(undefined, (client, key, value) => {
  if (isServer()) return;
  const { cookie: options, identity } = clients[client];
  const write = () => value === undefined || assign(today(options, key), value, daysOf(client, key));
  write();
  if (value !== undefined && !readCookie(key).includes('\n')) return;
  const ours = options.domain?.replace(/^\./, '').toLowerCase();
  for (const place of places(key)) {
    const [, domain] = place;
    if (domain && key === identity && !(ours ? domain.endsWith(ours) : options.crossSubdomain)) continue;
    assign(place, '', 0);
  }
  write();
});

/**
 * Writes a cookie again that has this value still. The browser does not say where it stands: that is
 * where it becomes no second one.
 */
export const renewCookie = guarded(undefined, (client, key, value) => {
  if (isServer()) return;
  const { cookie: options } = clients[client];
  const found = () => {
    text = undefined;
    return readCookie(key).slice(1).split('\n');
  };
  const before = found();
  if (!before.includes(value)) return;
  for (const place of [today(options, key), ...places(key)]) {
    assign(place, value, daysOf(client, key));
    if (found().length === before.length) return;
    assign(place, '', 0);
  }
});

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The attributes of a client's cookies. Browsers take SameSite=None and Partitioned only together
 * with Secure.
 */
const wayOf = ({ sameSite = 'lax', secure, partitioned }) =>
  '; SameSite=' + sameSite +
  (sameSite === 'none' || partitioned || (secure ?? location.protocol === 'https:') ? '; Secure' : '') + (partitioned ? '; Partitioned' : '');

/** Where a client writes a cookie: name, domain and attributes. */
const today = (options, key) => [namesOf(key)[0], (options.found ??= findDomain(options)), wayOf(options)];

/**
 * Wherever a cookie can have been written: by some attributes alone a page reaches it in a frame,
 * partitioned, or without TLS. Last the widest domain, which may be one that no cookie can have.
 */
const places = key =>
  namesOf(key).flatMap(name =>
    ['', ...domains()].flatMap(domain =>
      ['Lax', 'None; Secure', 'None; Secure; Partitioned'].map(way => [name, domain, '; SameSite=' + way])));

/** Days until a cookie expires; `null` where it does when the browser is closed. */
function daysOf(client, key) {
  const { cookie, identity } = clients[client];
  return key === identity && cookie.identityDays !== undefined ? cookie.identityDays : cookie.session ? null : cookie.expiresDays;
}

/** Writes a cookie, or removes it. Max-Age needs no clock and no calendar. */
function assign([name, domain, way], value, days = 365) {
  text = undefined;
  const cookie = name + '=' + encodeURIComponent(value) + '; Path=/' + (days === null ? '' : '; Max-Age=' + days * 86400) + (domain && '; Domain=' + domain) + way;
  Reflect.set(Document.prototype, 'cookie', cookie, document);
}

/**
 * The domains this host shares with its siblings, widest last: `www.shop.co.uk`, `shop.co.uk`,
 * `co.uk`. An address in numbers has none.
 */
function domains() {
  const labels = location.hostname.split('.');
  return /[a-z]$/.test(location.hostname) ? labels.slice(1).map((_, at) => labels.slice(at).join('.')) : [];
}

/**
 * The domain to write cookies for. Browsers refuse public suffixes, so each candidate is tried and
 * read back; `''` is the host alone.
 */
function findDomain(options) {
  const candidates = options.domain ? [options.domain.replace(/^\./, '')] : options.crossSubdomain ? domains().reverse() : [];
  const probe = 'consentry"probe'; // no token or prefix can have the quote
  const taken = candidates.find(domain => {
    const place = [probe, domain, wayOf(options)];
    assign(place, '1', 1);
    const found = readCookie(probe);
    assign(place, '', 0);
    return found;
  });
  return taken || '';
}
