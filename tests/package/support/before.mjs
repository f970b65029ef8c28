// Functions that run in a page before anything else does. Each is sent as source, so it sees
// nothing of this file.

/** Notes every call that stores or sends, and lets it through. */
export function spies() {
  const seen = (window.seen = []);
  const note = (object, name) => {
    const real = object?.[name];
    if (real) object[name] = function (...rest) {
      seen.push(name);
      return real.apply(this, rest);
    };
  };
  for (const name of ['setItem', 'removeItem', 'clear']) note(Storage.prototype, name);
  note(IDBFactory.prototype, 'open');
  note(window.CacheStorage?.prototype, 'open');
  note(window.CookieStore?.prototype, 'set');
  note(window, 'fetch');
  note(XMLHttpRequest.prototype, 'send');
  note(Navigator.prototype, 'sendBeacon');
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    configurable: true,
    get,
    set(text) {
      seen.push('cookie');
      set.call(this, text);
    },
  });
}

/** Whatever other tabs say or store, this one hears nothing of it. */
export function deaf() {
  delete window.BroadcastChannel;
  Object.defineProperty(window, 'cookieStore', { value: undefined });
  addEventListener('storage', event => event.stopImmediatePropagation(), true);
}

/** Notes of each time the page was shown whether it came from the back-forward cache. */
export function shows() {
  const shows = (window.shows = []);
  addEventListener('pageshow', ({ persisted }) => shows.push(persisted));
}

/** As in browsers from before 2022. */
export function noLocks() {
  Object.defineProperty(navigator, 'locks', { value: undefined });
}

/** As where the user blocks site data: asking for localStorage throws. */
export function noLocalStorage() {
  Object.defineProperty(window, 'localStorage', {
    get() {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
  });
}

/** Cookies are taken and forgotten. */
export function noCookies() {
  Object.defineProperty(Document.prototype, 'cookie', { configurable: true, get: () => '', set() {} });
}

export function noWebAssembly() {
  delete window.WebAssembly;
}

/** As in Chrome before 114, where larger modules could only be compiled asynchronously. */
export function noSynchronousCompilation() {
  const real = WebAssembly.Module;
  WebAssembly.Module = function () {
    throw new RangeError('WebAssembly.Compile is disallowed on the main thread');
  };
  WebAssembly.Module.prototype = real.prototype;
}

/** The visitor's browser says: do not sell or share. */
export function globalPrivacyControl() {
  Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });
}
