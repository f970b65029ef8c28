// localStorage and cookies, for the core and for the shell that answers where wasm cannot run. Nothing here throws.

/** The cookie options of each client, by handle. */
const cookieOptions = [];

/** Makes a handle for a client whose cookies are written with these options. */
export const newHandle = options => cookieOptions.push(options || {}) - 1;

/** A server has no visitor, and its stores, where it has some, belong to all of them. */
export const isServer = () => typeof document === 'undefined';

/** `undefined` when the store throws, `''` when there is nothing, `'=' + value` otherwise. */
export function read(handle, cookie, key) {
  if (isServer()) return '';
  try {
    const start = cookie && encodeURIComponent(key) + '=';
    // Cookies of several domains can share a name: their values come one a line.
    // Where there is no localStorage there is nothing in it; where it is blocked, asking for it throws.
    const found =
      cookie ? document.cookie.split('; ').flatMap(pair => (pair.startsWith(start) ? decode(pair.slice(start.length)) : []))
      : [].concat(window.localStorage?.getItem(key) ?? []);
    return found.length ? '=' + found.map(sound).join('\n') : '';
  } catch {}
}

/**
 * An object that is not JSON, or not in one line, counts as empty: the core puts parts of identity and consent record into its own texts as they
 * stand, and keeps records one a line. Flags and stored records are no objects.
 */
function sound(text) {
  try {
    return /^\s*{/.test(text) && JSON.parse(text) && text.includes('\n') ? '' : text;
  } catch {
    return '';
  }
}

/** Writes a value, or removes the key when there is none. Whether it worked is found by reading. */
export function write(handle, cookie, key, value) {
  if (isServer()) return;
  try {
    if (cookie) writeCookie(cookieOptions[handle], key, value);
    else if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {}
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function writeCookie(options, key, value) {
  if (value === undefined) {
    // Removed wherever it could have been written, by us or by mixpanel-js.
    for (const domain of ['', ...domains()]) assign(options, key, domain);
    return;
  }
  const domain = (options.found ??= findDomain(options));
  assign(options, key, domain, value, options.expiresDays || 365);
  // A host-only cookie from before would stand beside this one and could contradict it.
  if (domain) assign(options, key, '');
}

/** Writes a cookie of a domain, or removes it. */
function assign({ sameSite = 'lax', secure, partitioned }, key, domain, value = '', days = 0) {
  // Browsers take SameSite=None and Partitioned only together with Secure. Max-Age needs no clock and no calendar.
  const safe = sameSite === 'none' || partitioned || (secure ?? location.protocol === 'https:');
  document.cookie =
    encodeURIComponent(key) + '=' + encodeURIComponent(value) + '; Path=/; Max-Age=' + days * 86400 + '; SameSite=' + sameSite +
    (domain && '; Domain=' + domain) + (safe ? '; Secure' : '') + (partitioned ? '; Partitioned' : '');
}

/** The domains this host shares with its siblings, widest first: `co.uk`, `shop.co.uk`, `www.shop.co.uk`. An address in numbers has none. */
function domains() {
  const labels = location.hostname.split('.');
  return /[a-z]$/.test(location.hostname) ? labels.slice(1).map((_, at) => labels.slice(-at - 2).join('.')) : [];
}

/** The domain to write cookies for. Browsers refuse public suffixes, so each candidate is tried and read back; `''` is the host alone. */
function findDomain(options) {
  const candidates = options.domain ? [options.domain.replace(/^\./, '')] : options.crossSubdomain ? domains() : [];
  const probe = 'consentry_probe';
  const taken = candidates.find(domain => {
    assign(options, probe, domain, '1', 1);
    const found = read(0, true, probe);
    assign(options, probe, domain);
    return found;
  });
  return taken || '';
}
