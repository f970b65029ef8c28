// How many requests of the page are under way, and in which form they carry their records.
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

  /** So long, in real time, a request that is never answered is waited for. */
  const patience = 3_000;
  window.parity.network = {
    forms,
    headers,
    /** Waits until nothing is under way. */
    async rest() {
      const end = clock.real.performanceNow() + patience;
      for (let quiet = 0; quiet < 3; ) {
        await clock.turn(quiet ? 1 : 0);
        quiet = underWay > 0 && clock.real.performanceNow() < end ? 0 : quiet + 1;
      }
    },
  };
})();
