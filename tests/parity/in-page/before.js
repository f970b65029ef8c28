// What the scenario's page finds: a browser, and what another visit left on the device.
(() => {
  const { scenario, page, ownHost } = window.parity;
  window.parity.uncaught = [];
  for (const [name, value] of Object.entries(scenario.navigator ?? {})) {
    Object.defineProperty(name === 'windowDoNotTrack' ? window : navigator, name === 'windowDoNotTrack' ? 'doNotTrack' : name, {
      configurable: true,
      get: () => value,
    });
  }
  const { referrer } = scenario.pages[page];
  if (referrer !== undefined) Object.defineProperty(document, 'referrer', { configurable: true, get: () => referrer });
  const { blocked } = scenario;
  if (blocked) {
    const refuse = () => {
      throw new DOMException('not on this device', 'SecurityError');
    };
    for (const store of blocked) Object.defineProperty(window, store, { configurable: true, get: refuse });
  }
  if (page > 0) return;
  const { before = {} } = scenario;
  for (const [name, value] of Object.entries(before.cookies ?? {})) document.cookie = `${name}=${encodeURIComponent(value)}; path=/`;
  for (const [name, value] of Object.entries(before.wideCookies ?? {})) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; domain=.${ownHost}`;
  }
  for (const [name, value] of Object.entries(before.local ?? {})) localStorage.setItem(name, value);
  for (const [name, value] of Object.entries(before.session ?? {})) sessionStorage.setItem(name, value);
})();
