// What of the page's is under way with the browser, and in which form requests carry their records.
(() => {
  const { clock } = window.parity;
  const forms = [];
  const headers = [];
  let underWay = 0;
  let started = window.parity.page * 1_000;

  /** The address with a number: requests of one task arrive in any order. */
  const numbered = url => `${url}${String(url).includes('?') ? '&' : '?'}parity=${++started}`;

  /** What a body holds: JSON, or base64 of it. */
  const note = (url, body) => {
    const path = new URL(url, location.href).pathname.split('/').filter(Boolean)[0];
    const text = typeof body === 'string' ? body : body instanceof URLSearchParams ? String(body) : '';
    const data = decodeURIComponent((/(?:^|&)data=([^&]*)/.exec(text) ?? /[?&]data=([^&]*)/.exec(url) ?? ['', text])[1]);
    forms.push(`${path}: ${/^[[{]/.test(data) ? 'json' : data ? 'base64' : 'unread'}`);
  };

  const { open, send, setRequestHeader } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.parityAddress = String(url);
    return open.call(this, method, numbered(url), ...rest);
  };
  XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
    headers.push(`${name.toLowerCase()}: ${value}`);
    return setRequestHeader.call(this, name, value);
  };
  XMLHttpRequest.prototype.send = function (body) {
    underWay += 1;
    note(this.parityAddress, body);
    this.addEventListener('loadend', () => (underWay -= 1));
    return send.call(this, body);
  };
  const { fetch } = window;
  window.fetch = async (input, options = {}) => {
    underWay += 1;
    const url = String(input?.url ?? input);
    note(url, options.body);
    for (const [name, value] of new Headers(options.headers)) headers.push(`${name}: ${value}`);
    try {
      return await fetch.call(window, numbered(url), options);
    } finally {
      underWay -= 1;
    }
  };
  const sendBeacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, body) => {
    forms.push('beacon');
    return sendBeacon(numbered(url), body);
  };

  const { locks } = navigator;
  if (locks) {
    const { request } = LockManager.prototype;
    LockManager.prototype.request = function (...given) {
      const run = given.pop();
      let waits = true;
      underWay += 1;
      const over = () => {
        if (waits) underWay -= 1;
        waits = false;
      };
      const held = request.call(this, ...given, lock => {
        over();
        return run(lock);
      });
      held.then(over, over);
      return held;
    };
  }

  /** So long, in real time, a request that is never answered is waited for, and a promise. */
  const patience = 3_000;
  const patienceForPromises = 500;
  const promises = new Set();
  const isUnderWay = since => (underWay > 0 && since < patience) || (promises.size > 0 && since < patienceForPromises);
  window.parity.network = {
    forms,
    headers,
    /** What the library promised the page; it is a moment of the browser's, as an answer is. */
    promises,
    /** Waits until nothing is under way. */
    async rest() {
      const start = clock.real.performanceNow();
      for (let quiet = 0; quiet < 3; ) {
        await clock.turn(quiet ? 1 : 0);
        quiet = isUnderWay(clock.real.performanceNow() - start) ? 0 : quiet + 1;
      }
    },
  };
})();
