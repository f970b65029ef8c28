// Promise 8: whatever the page has made of the browser around us, the client works, nothing is thrown
// at the page, and a denial leaves only itself.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** Notes what nobody caught. */
function uncaught() {
  window.uncaught = [];
  window.onerror = message => void window.uncaught.push(String(message));
  window.onunhandledrejection = ({ reason }) => void window.uncaught.push(String(reason));
}

/** Ways in which what we use can be missing or broken. */
const broken = {
  'a cookieStore with no methods': () => {
    Object.defineProperty(window, 'cookieStore', { value: {} });
  },
  'a cookieStore whose methods throw': () => {
    const fail = () => {
      throw new TypeError('broken');
    };
    Object.defineProperty(window, 'cookieStore', { value: { addEventListener: fail, get: fail } });
  },
  'a cookieStore that throws': () => {
    Object.defineProperty(window, 'cookieStore', {
      get() {
        throw new TypeError('broken');
      },
    });
  },
  'locks with no methods': () => {
    Object.defineProperty(navigator, 'locks', { value: {} });
  },
  'locks that throw': () => {
    const request = () => {
      throw new TypeError('broken');
    };
    Object.defineProperty(navigator, 'locks', { value: { request } });
  },
  'locks that refuse': () => {
    const request = async () => {
      throw new DOMException('broken', 'SecurityError');
    };
    Object.defineProperty(navigator, 'locks', { value: { request } });
  },
  'no screen': () => {
    Object.defineProperty(window, 'screen', { value: undefined });
  },
  'no timers, channels, addresses or random numbers': () => {
    const fail = () => {
      throw new TypeError('broken');
    };
    window.BroadcastChannel = fail;
    window.queueMicrotask = fail;
    window.URLSearchParams = fail;
    Crypto.prototype.getRandomValues = fail;
  },
  'elements named as what we use': () => {
    const names = ['addEventListener', 'removeEventListener', 'cookie', 'hidden', 'referrer', 'location', 'fetch', 'localStorage', 'navigator', 'screen', 'crypto'];
    for (const name of names) {
      for (const tag of ['img', 'form']) {
        const element = document.createElement(tag);
        element.name = element.id = name;
        document.documentElement.append(element);
      }
    }
    // The driver of the browser asks for the address.
    window.hideAddress = on => {
      const form = Object.assign(document.createElement('form'), { name: 'URL' });
      if (on) document.documentElement.append(form);
      else document.forms.namedItem('URL').remove();
    };
  },
  'an enumerable method of every object': () => {
    Object.prototype.extend = function () {};
    Array.prototype.remove = function () {};
  },
  'a toJSON of every list and object': () => {
    // The driver of the browser makes JSON too.
    const say = () => 'something else';
    const get = () => (/\/pkg\//.test(new Error().stack) ? say : undefined);
    for (const one of [Object, Array]) Object.defineProperty(one.prototype, 'toJSON', { get, configurable: true });
  },
  'prototypes that are frozen': () => {
    for (const one of [Object, Array, Error, Function, Promise, String, Number, Map, Set, Date]) Object.freeze(one.prototype);
  },
  'descriptors that cannot be made': () => {
    for (const name of ['get', 'set']) Object.defineProperty(Object.prototype, name, { __proto__: null, value: () => {}, configurable: true, writable: true });
  },
};

/** The wrappers of localStorage that sites and their test tools have. */
const wrappers = {
  'an object of the Storage interface': () => {
    const real = localStorage;
    class Wrapper {
      get length() { return real.length; }
      key(at) { return real.key(at); }
      getItem(key) { return real.getItem(key); }
      setItem(key, value) { real.setItem(key, value); }
      removeItem(key) { real.removeItem(key); }
    }
    window.raw = real;
    Object.defineProperty(window, 'localStorage', { value: new Wrapper() });
  },
  'an object that adds a prefix': () => {
    const real = localStorage;
    class Wrapper {
      get length() { return real.length; }
      key(at) { return real.key(at); }
      getItem(key) { return real.getItem('tenant:' + key); }
      setItem(key, value) { real.setItem('tenant:' + key, value); }
      removeItem(key) { real.removeItem('tenant:' + key); }
    }
    window.raw = real;
    Object.defineProperty(window, 'localStorage', { value: new Wrapper() });
  },
  'an object that adds a prefix and takes it off again': () => {
    const real = localStorage;
    const own = () => Object.keys(real).filter(key => key.startsWith('tenant:')).map(key => key.slice(7));
    class Wrapper {
      get length() { return own().length; }
      key(at) { return own()[at] ?? null; }
      getItem(key) { return real.getItem('tenant:' + key); }
      setItem(key, value) { real.setItem('tenant:' + key, value); }
      removeItem(key) { real.removeItem('tenant:' + key); }
    }
    window.raw = real;
    Object.defineProperty(window, 'localStorage', { value: new Wrapper() });
  },
  'methods of Storage that add a prefix': () => {
    const { getItem, setItem, removeItem } = Storage.prototype;
    Storage.prototype.getItem = function (key) { return getItem.call(this, 'tenant:' + key); };
    Storage.prototype.setItem = function (key, value) { setItem.call(this, 'tenant:' + key, value); };
    Storage.prototype.removeItem = function (key) { removeItem.call(this, 'tenant:' + key); };
    window.raw = localStorage;
  },
};

const flagAndRecord = token => ['__mp_opt_in_out_' + token, 'consentry_' + token + '_record'];

inEngines((lab, check) => {
  for (const [name, breakIt] of Object.entries(broken)) {
    check(`${name}: what is recorded arrives, also from the page before, and a denial holds`, async () => {
      const site = lab.site();
      await site.open({ before: [uncaught, breakIt] });
      await lab.collector.behave({ status: 503, times: 0 });
      const start = (page, out) => {
        window.hideAddress?.(true);
        page.start({ batch: { flushIntervalMs: 100 }, consent: { storage: 'cookie', policyVersion: '1' }, propertyBlacklist: ['secret'] });
        page.client.optIn({ event: false, purposes: ['analytics'] });
        if (!out) page.client.track('Before', { list: [1], inside: { a: [2] }, secret: 1 });
        window.hideAddress?.(false);
        return page.client.consent;
      };
      const { status, store } = await site.run(start);
      assert.deepEqual([status, store], ['granted', 'cookie']);
      await site.settled();
      await lab.collector.behaveWell();
      await site.reload();
      await site.run(start, true);
      assert.equal(await site.run(page => page.client.ready), true);
      await site.run(page => {
        const { client } = page;
        client.identify('user-1');
        client.people.union({ tags: 'a' });
        client.track('After', { list: ['x'] });
      });
      await site.arrival('Before', 'After');
      const records = await site.records('track');
      const { list, inside, secret, $current_url } = records.find(({ event }) => event === 'Before').properties;
      assert.deepEqual({ list, inside, secret, $current_url }, { list: [1], inside: { a: [2] }, secret: undefined, $current_url: site.address });
      const { $union } = await eventually('the list arrived', async () => (await site.records('engage')).find(one => one.$union));
      assert.deepEqual($union, { tags: ['a'] });
      const taken = (await site.requests()).filter(({ status }) => status === 200);
      assert.deepEqual(taken.flatMap(one => one.problems), []);
      assert.deepEqual(await site.run(page => page.client.optOut().status), 'denied');
      // Somebody else's tab says so too.
      await site.run(page => void dispatchEvent?.call?.(window, new StorageEvent('storage', { key: null })));
      await site.settled();
      assert.deepEqual(await site.run(() => window.uncaught), []);
      assert.deepEqual((await lab.driver.manage().getCookies()).map(cookie => cookie.name).sort(), flagAndRecord(site.token));
      assert.deepEqual(await site.run(page => Object.getOwnPropertyNames(localStorage)), [`consentry_${site.token}_history`]);
      const codes = await site.run(page => page.codes());
      assert.deepEqual(codes, []);
    });
  }

  for (const [name, wrap] of Object.entries(wrappers)) {
    check(`localStorage is ${name}: the queue is found again, and a denial removes it`, async () => {
      const site = lab.site();
      await site.open({ before: [uncaught, wrap] });
      await lab.collector.behave({ status: 503, times: 0 });
      const start = async (page, event) => {
        page.start({ batch: { flushIntervalMs: 100 } });
        page.client.optIn({ event: false });
        page.client.track(event);
        await page.rung(300);
        return Object.keys(raw).filter(key => /_q_/.test(key)).length;
      };
      assert.ok((await site.run(start, 'Before')) > 0, 'the queue is stored');
      await lab.collector.behaveWell();
      await site.reload();
      await site.run(start, 'After');
      await site.arrival('Before', 'After');
      await lab.collector.behave({ status: 503, times: 0 });
      await site.reload();
      await site.run(start, 'Refused');
      await site.reload();
      await site.run(async page => {
        raw.setItem('another:consentry_' + page.token + '_q_1_1', 'not ours');
        page.start();
        page.client.optOut();
      });
      await lab.collector.behaveWell();
      await site.settled();
      const kept = (await site.run(page => Object.keys(raw))).map(key => key.replace('tenant:', '')).sort();
      const [flag, record] = flagAndRecord(site.token);
      assert.deepEqual(kept, [flag, `another:consentry_${site.token}_q_1_1`, `consentry_${site.token}_history`, record].sort());
      assert.deepEqual(await site.run(() => window.uncaught), []);
    });
  }

  check('localStorage is an object that cannot name its keys: nothing is stored there that a denial would miss', async () => {
    const site = lab.site();
    const wrap = () => {
      const real = localStorage;
      const bare = { getItem: key => real.getItem(key), setItem: (key, value) => real.setItem(key, value), removeItem: key => real.removeItem(key) };
      window.raw = real;
      Object.defineProperty(window, 'localStorage', { value: bare });
    };
    await site.open({ before: [uncaught, wrap] });
    await site.start();
    await site.run(page => {
      page.client.optIn({ event: false });
      page.client.track('Kept in memory');
    });
    await site.arrival('Kept in memory');
    assert.deepEqual(await site.run(page => page.codes()), ['storage_failed']);
    await lab.collector.behave({ status: 503, times: 0 });
    await site.run(page => page.client.track('Refused'));
    await site.settled();
    await site.run(page => void page.client.optOut());
    assert.deepEqual(await site.run(page => [Object.keys(raw).sort(), window.uncaught]), [[...flagAndRecord(site.token), `consentry_${site.token}_history`].sort(), []]);
  });

  check('a client is made where no timer can be set', async () => {
    const site = lab.site();
    const noTimers = () => {
      const { setTimeout } = window;
      window.setTimeout = (...values) => {
        if (/\/pkg\//.test(new Error().stack)) throw new TypeError('broken');
        return setTimeout(...values);
      };
    };
    await site.open({ before: [uncaught, noTimers] });
    await site.start();
    await site.run(page => {
      page.client.optIn({ event: false });
      page.client.track('At once');
      return page.client.flush();
    });
    await site.arrival('At once');
    assert.deepEqual(await site.run(() => window.uncaught), []);
  });

  check('events that a page makes up throw nothing at it, and change nothing', async () => {
    const site = lab.site();
    await site.open({ before: [uncaught] });
    await site.start();
    await site.run(async page => {
      page.client.optIn({ event: false });
      await page.rung(50);
      for (const name of ['storage', 'pageshow', 'pagehide', 'online', 'beforeunload']) dispatchEvent(new Event(name));
      dispatchEvent(Object.assign(new Event('storage'), { key: 5 }));
      dispatchEvent(Object.assign(new Event('storage'), { key: Symbol() }));
      dispatchEvent(new Event('pageshow'));
      document.dispatchEvent(new Event('visibilitychange'));
      globalThis.cookieStore?.dispatchEvent(new Event('change'));
      page.client.track('After');
    });
    await site.arrival('After');
    assert.deepEqual(await site.run(page => [window.uncaught, page.codes(), page.client.consent.status]), [[], [], 'granted']);
  });

  check('onError is called when the call that caused it has returned', async () => {
    const site = lab.site();
    await site.open();
    const { early, codes } = await site.run(async page => {
      const early = [];
      const codes = [];
      let inside = '';
      const onError = ({ code }) => {
        codes.push(code);
        if (inside) early.push(inside + ': ' + code);
      };
      const within = (name, act) => {
        inside = name;
        try {
          return act();
        } finally {
          inside = '';
        }
      };
      const client = within('consentry', () => page.consentry(page.token, { onError }));
      client.onConsentChange(() => client.track(''));
      within('optIn', () => client.optIn({ event: 5 }));
      within('track', () => client.track('A', { token: 1, symbol: Symbol() }));
      within('identify', () => client.identify('undefined'));
      within('people', () => client.people.increment('a', 'b'));
      within('group', () => client.group('', ''));
      within('register', () => client.register({ a() {} }));
      within('flush', () => void client.flush());
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
      within('optOut', () => client.optOut({ via: 5 }));
      await page.rung(50);
      return { early, codes };
    });
    assert.deepEqual(early, []);
    for (const code of ['invalid_argument', 'reserved_property', 'invalid_property', 'invalid_user_id']) assert.ok(codes.includes(code), code);
  });

  check('errors are ours on a page whose Error.prototype is frozen', async () => {
    const site = lab.site();
    await site.open({ before: [() => void Object.freeze(Error.prototype)] });
    const told = await site.run(async page => {
      page.start();
      page.client.optIn({ event: false });
      page.client.track('');
      let thrown;
      try {
        page.consentry('');
      } catch ({ name, code }) {
        thrown = { name, code };
      }
      await page.rung(0);
      return { thrown, codes: page.codes() };
    });
    assert.deepEqual(told, { thrown: { name: 'ConsentryError', code: 'invalid_token' }, codes: ['invalid_argument'] });
  });

  check('nothing of ours asks Object.prototype for anything', async () => {
    const site = lab.site();
    // Every name that stands in our file, on the prototype of every object, but for those that the
    // language and the signals ask for.
    const watch = `function () {
      const request = new XMLHttpRequest();
      request.open('GET', '/pkg/index.js', false);
      request.send();
      const text = request.responseText.replace(/"[^"]{1000,}"/g, '');
      window.asked = new Set();
      const native = Object.getOwnPropertyNames(Object.prototype);
      const names = new Set(text.match(/[A-Za-z_$][\\w$]+/g).filter(name => !native.includes(name) && !['then', 'return', 'toJSON', 'globalPrivacyControl', 'doNotTrack', 'msDoNotTrack'].includes(name)));
      const { defineProperty } = Object;
      const isOurs = () => /\\/pkg\\//.test(new Error().stack.split('\\n').slice(1).join());
      let busy = false;
      const ours = name => {
        if (busy) return false;
        busy = true;
        const is = isOurs();
        if (is) asked.add(name);
        busy = false;
        return is;
      };
      for (const name of names) {
        defineProperty(Object.prototype, name, {
          __proto__: null,
          configurable: true,
          get() {
            ours('read ' + name);
          },
          set(value) {
            ours('wrote ' + name);
            defineProperty(this, name, { __proto__: null, value, configurable: true, enumerable: true, writable: true });
          },
        });
      }
    }`;
    await site.open({ before: [watch] });
    await site.run(async page => {
      page.start({ batch: { flushIntervalMs: 100 }, consent: { storage: 'cookie' } });
      const { client } = page;
      client.optIn({ event: false, via: 'api', purposes: ['analytics'], properties: {} });
      client.register({ a: 1 });
      client.identify('user-1');
      client.people.set('a', 1);
      client.people.union({ tags: 'a' });
      client.group('company', 'x').set({ a: [1, { b: new Date() }] });
      client.track('Asked', { a: [1, { b: 2 }], '': Symbol() });
      client.track('Asked alone', {}, {});
      client.trackPageview();
      client.alias('user-2');
      client.setGroup('company', ['x']);
      client.timeEvent('Asked');
      client.setOptions({ ip: true });
      const { consent, distinctId } = client;
      await client.flush();
      client.optOut({ deleteProfile: true, via: 'api', purposes: ['analytics'] });
      page.consentry(page.token + 'x').optIn();
    });
    await site.arrival('Asked');
    await site.settled();
    assert.deepEqual(await site.run(() => [...asked].sort()), []);
  });
});
