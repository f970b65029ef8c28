// What the scenario's page finds: a browser, and what another visit left on the device.
(() => {
  const { scenario, page, ownHost } = window.parity;
  window.parity.uncaught = [];
  // Where the browser has them, since a library may ask there.
  const says = (prototype, name, value) => Object.defineProperty(prototype, name, { configurable: true, enumerable: true, get: () => value });
  for (const [name, value] of Object.entries(scenario.navigator ?? {})) {
    if (name === 'windowDoNotTrack') says(window, 'doNotTrack', value);
    else says(Navigator.prototype, name, value);
  }
  const { referrer } = scenario.pages[page];
  if (referrer !== undefined) says(Document.prototype, 'referrer', referrer);
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
