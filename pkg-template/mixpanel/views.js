// Views of a page, and of what a script shows under another address.

/** What of an address has to change for a new view. */
const parts = {
  'url-with-path': ({ pathname }) => pathname,
  'url-with-path-and-query-string': ({ pathname, search }) => pathname + search,
  'full-url': ({ href }) => href,
};

const CHANGED = 'mp_locationchange';
let watched = false;

/** Tells of each new address, once for all instances of the page. */
function watch() {
  if (watched) return;
  watched = true;
  const tell = () => window.dispatchEvent(new Event(CHANGED));
  for (const name of ['pushState', 'replaceState']) {
    const own = history[name];
    if (typeof own !== 'function') continue;
    history[name] = function (...values) {
      const said = own.apply(this, values);
      tell();
      return said;
    };
  }
  window.addEventListener('popstate', tell);
  window.addEventListener('hashchange', tell);
}

/** Tracks the first view now and further ones as `mode` says. */
export function trackViews(mode, track) {
  track();
  const part = parts[mode === true ? 'full-url' : mode];
  // `true` means the first view alone.
  if (!part || mode === true) return;
  let last = part(location);
  watch();
  window.addEventListener(CHANGED, () => {
    const now = part(location);
    if (now !== last) track();
    last = now;
  });
}
