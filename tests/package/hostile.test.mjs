// Promise 8: whatever a page passes in, nothing is thrown at it, and everything else still works.
import assert from 'node:assert/strict';
import { onlyDecision } from './support/burst.mjs';
import { inEngines } from './support/lab.mjs';

/** Runs in the page: every hostile value, through every call. Answers what was thrown. */
const misuse = async page => {
  const fail = () => {
    throw new Error('hostile');
  };
  const cycle = { inside: {} };
  cycle.inside.cycle = cycle;
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map(name => [name, fail]));
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  let deep = {};
  for (let i = 0; i < 20_000; i++) deep = { deep };
  const values = {
    undefined: undefined,
    null: null,
    true: true,
    zero: 0,
    NaN: NaN,
    infinity: -Infinity,
    bigint: 2n ** 80n,
    symbol: Symbol('s'),
    function: () => 1,
    class: class {},
    empty: '',
    text: 'text',
    surrogates: '\ud800 \udc00\ud800',
    megabyte: 'é'.repeat(1_000_000),
    date: new Date(),
    badDate: new Date(NaN),
    list: [],
    holes: [, 1, , 2],
    hugeList: Array.from({ length: 100_000 }, (_, i) => i),
    cycle,
    cyclicList: (list => (list.push(list), list))([]),
    deep,
    getter: Object.defineProperty({ fine: 1 }, 'bad', { enumerable: true, get: fail }),
    toJSON: { toJSON: fail },
    toString: { toString: fail, valueOf: fail, [Symbol.toPrimitive]: fail },
    noPrototype: Object.create(null),
    proxy: new Proxy({}, traps),
    functionProxy: new Proxy(() => 1, traps),
    revoked: revoked.proxy,
    map: new Map([[1, 2]]),
    bytes: new Uint8Array(10),
    error: new Error('e'),
    element: document.body,
    window,
    promise: Promise.resolve(1),
    wide: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => ['p' + i, i])),
    names: { '': 1, '\ud800': 2, '"\\\n': 3, __proto__x: 4, ['n'.repeat(100_000)]: 5, constructor: 6, toString: 7, hasOwnProperty: 8 },
    proto: JSON.parse('{"__proto__": {"a": 1}, "b": 2}'),
    reserved: { token: 1, distinct_id: 2, time: 3, $insert_id: 4, $ignore: true },
  };
  const client = page.client;
  const people = ['set', 'setOnce', 'increment', 'append', 'union', 'remove', 'unset', 'delete'];
  const calls = {
    'track(v)': v => client.track(v),
    'track(v, v)': v => client.track(v, v),
    "track('e', v)": v => client.track('Hostile', v),
    "track('e', { v })": v => client.track('Hostile', { v, fine: 1 }),
    "track('e', [v])": v => client.track('Hostile', [v]),
    'register(v)': v => client.register(v),
    'register({ v })': v => client.register({ v }),
    'registerOnce(v)': v => client.registerOnce(v),
    'unregister(v)': v => client.unregister(v),
    'identify(v)': v => client.identify(v),
    'reset(v)': v => client.reset(v),
    'flush(v)': v => client.flush(v),
    'onConsentChange(v)': v => client.onConsentChange(v)(),
    'group(v, v)': v => client.group(v, v).set({ a: 1 }),
    "group('k', v)": v => client.group('company', v).set({ a: 1 }),
    "group('k', 'i').unset(v)": v => client.group('company', 'x').unset(v),
    'optIn(v)': v => client.optIn(v),
    'optIn({ event: v })': v => client.optIn({ event: v }),
    'optIn({ properties: v })': v => client.optIn({ properties: v, event: false }),
    'optIn({ via: v })': v => client.optIn({ via: v, event: false }),
    'optIn({ purposes: v })': v => client.optIn({ purposes: v, event: false }),
    'optIn({ purposes: [v] })': v => client.optIn({ purposes: ['analytics', v], event: false }),
    'optOut(v)': v => client.optOut(v),
    'optOut({ deleteProfile: v })': v => client.optOut({ deleteProfile: v }),
    'optOut({ via: v })': v => client.optOut({ via: v }),
    'resetConsent(v)': v => client.resetConsent(v),
    'setDefault(v)': v => client.setDefault(v),
    'reportCmp(v)': v => client.reportCmp(v),
  };
  for (const name of people) {
    calls[`people.${name}(v)`] = v => client.people[name](v);
    calls[`people.${name}('p', v)`] = v => client.people[name]('p', v);
    calls[`people.${name}(v, v)`] = v => client.people[name](v, v);
    calls[`group.${name}(v)`] = v => client.group('company', 'x')[name]?.(v);
    calls[`group.${name}('p', v)`] = v => client.group('company', 'x')[name]?.('p', v);
  }
  const thrown = [];
  const undenied = [];
  for (const [call, run] of Object.entries(calls)) {
    for (const [name, value] of Object.entries(values)) {
      try {
        client.optIn({ event: false });
        run(value);
      } catch (error) {
        thrown.push(`${call} with ${name}: ${String(error).slice(0, 80)}`);
      }
      if (call.startsWith('optOut') && !client.hasOptedOut()) undenied.push(`${call} with ${name}`);
    }
  }
  client.optIn({ event: false });
  client.identify('user-1');
  client.track('Still here', { fine: 1 });
  client.people.set({ fine: 1 });
  await client.flush();
  return { thrown, undenied, codes: [...new Set(page.codes())].sort() };
};

inEngines((lab, check) => {
  check('no value in any call throws, and what follows arrives valid', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    const { thrown, undenied, codes } = await site.run(misuse);
    await site.arrival('Still here');
    const problems = (await site.requests()).flatMap(one => one.problems.map(problem => problem.replace(/record \d+: /, '')));
    const expected = ['invalid_argument', 'invalid_property', 'invalid_user_id', 'reserved_property', 'property_trimmed'];
    const unsaid = expected.filter(code => !codes.includes(code));
    const trapped = codes.includes('wasm_failed');
    const result = { thrown, undenied, problems: [...new Set(problems)], unsaid, trapped };
    assert.deepEqual(result, { thrown: [], undenied: [], problems: [], unsaid: [], trapped: false });
  });

  check('a bad property costs only itself', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    await site.run(page => {
      page.client.optIn({ event: false });
      const cycle = {};
      cycle.cycle = cycle;
      const properties = { before: 1, cycle, symbol: Symbol(), method() {}, big: 5n, nan: NaN, after: 2 };
      Object.defineProperty(properties, 'bad', { enumerable: true, get: () => { throw new Error('bad'); } });
      page.client.track('Mixed', properties);
    });
    await site.arrival('Mixed');
    const [{ properties }] = await site.records('track');
    const { before, after, big, cycle, symbol, method, bad } = properties;
    assert.deepEqual({ before, after, big, cycle, symbol, method, bad },
      { before: 1, after: 2, big: 5, cycle: undefined, symbol: undefined, method: undefined, bad: undefined });
    const abouts = (await site.run(page => page.errors)).filter(({ code }) => code === 'invalid_property').map(({ about }) => about);
    assert.deepEqual(abouts.sort(), ['bad', 'cycle', 'method', 'symbol']);
  });

  check('a blacklist is one on a page that gives every list and object a toJSON of its own', async () => {
    const site = lab.site();
    await site.open();
    await site.run(page => {
      const say = () => 'something else';
      for (const one of [Array, Object]) Object.defineProperty(one.prototype, 'toJSON', { configurable: true, value: say });
      page.start({ propertyBlacklist: ['secret'] });
      for (const one of [Array, Object]) delete one.prototype.toJSON;
      page.client.optIn({ event: false });
      page.client.track('Kept quiet', { secret: 1, fine: 2 });
    });
    await site.arrival('Kept quiet');
    const [{ properties }] = await site.records('track');
    assert.deepEqual([properties.secret, properties.fine], [undefined, 2]);
  });

  check('a client of bad options is refused with a coded error, and of nothing else', async () => {
    const site = lab.site();
    await site.open();
    const codes = await site.run(page => {
      const fail = () => {
        throw new Error('hostile');
      };
      const attempts = {
        'no token': () => page.consentry(),
        'token is an object': () => page.consentry({}),
        'token is a symbol': () => page.consentry(Symbol()),
        'token throws': () => page.consentry({ toString: fail }),
        'token with a space': () => page.consentry('a b'),
        'unknown option': () => page.consentry('token', { residancy: 'eu' }),
        'unknown inner option': () => page.consentry('token', { consent: { defualt: 'granted' } }),
        'bad region': () => page.consentry('token', { residency: 'cn' }),
        'region inherited by name': () => page.consentry('token', { residency: 'constructor' }),
        'consent is a list': () => page.consentry('token', { consent: [] }),
        'options is text': () => page.consentry('token', 'x'),
        'a truthy string for a switch': () => page.consentry('token', { geolocation: 'no' }),
        'prefix of an object': () => page.consentry('token', { constructor: 1 }),
        'interval is text': () => page.consentry('token', { batch: { flushIntervalMs: '5' } }),
        'interval NaN': () => page.consentry('token', { batch: { flushIntervalMs: NaN } }),
        'listener is text': () => page.consentry('token', { onError: 'x' }),
        'bigint': () => page.consentry('token', { consent: { maxAgeDays: 5n } }),
        'getter throws': () => page.consentry('token', { get residency() { return fail(); } }),
        'proxy': () => page.consentry('token', new Proxy({}, { ownKeys: fail, get: fail })),
        'plain http': () => page.consentry('token', { apiHost: 'http://example.com' }),
        'credentials': () => page.consentry('token', { apiHost: 'https://user@example.com' }),
        'cookie attributes': () => page.consentry('token', { consent: { cookie: { domain: 'a; Secure' } } }),
        'blacklist of numbers': () => page.consentry('token', { propertyBlacklist: [1] }),
      };
      return Object.fromEntries(Object.entries(attempts).map(([name, attempt]) => {
        try {
          attempt();
          return [name, 'accepted'];
        } catch (error) {
          return [name, error.name === 'ConsentryError' ? error.code : String(error)];
        }
      }));
    });
    const expected = Object.fromEntries(Object.keys(codes).map(name => [name,
      name.includes('token') ? 'invalid_token' : name.startsWith('unknown') || name.startsWith('prefix') ? 'unknown_option' : 'invalid_option']));
    assert.deepEqual(codes, expected);
  });

  check('listeners that throw harm nobody', async () => {
    const site = lab.site();
    await site.open();
    const told = await site.run(page => {
      const fail = () => {
        throw new Error('listener');
      };
      const client = page.start({ onError: fail, batch: { flushIntervalMs: 100 } });
      client.onConsentChange(fail);
      const heard = [];
      client.onConsentChange(({ after }) => heard.push(after));
      client.track('');
      const { status } = client.optIn({ event: false });
      client.track('');
      client.track('Fine');
      return { status, heard };
    });
    assert.deepEqual(told, { status: 'granted', heard: ['granted'] });
    await site.arrival('Fine');
  });

  check('each listener hears the changes in their order, and none when it was removed', async () => {
    const site = lab.site();
    await site.open();
    const heard = await site.run(page => {
      const client = page.start();
      const heard = [];
      let removeLast;
      client.onConsentChange(({ after }) => {
        if (after !== 'granted') return;
        removeLast();
        client.optOut();
      });
      client.onConsentChange(({ after, consent }) => heard.push([after, consent.status]));
      removeLast = client.onConsentChange(() => heard.push('removed'));
      client.optIn();
      return heard;
    });
    assert.deepEqual(heard, [['granted', 'denied'], ['denied', 'denied']]);
  });

  check('an onError that tracks does not hold a hidden page for ever', async () => {
    const site = lab.site();
    await site.open();
    const errors = await site.run(async page => {
      Object.defineProperty(Document.prototype, 'hidden', { configurable: true, get: () => true });
      let errors = 0;
      const client = page.consentry(page.token, {
        consent: { beforeDecision: 'hold' },
        onError: () => void (++errors < 20_000 && client.track('Again')),
      });
      for (let i = 0; i < 1_200; i++) client.track('Held');
      const before = errors;
      await page.rung(0);
      return errors - before;
    });
    assert.ok(errors > 0 && errors < 2_000, `${errors} errors before a timer rang`);
  });

  check('a denial inside a listener holds', async () => {
    const site = lab.site();
    await site.open();
    const told = await site.run(page => {
      const client = page.start({ batch: { flushIntervalMs: 100 } });
      client.onConsentChange(({ after }) => after === 'granted' && client.optOut());
      const { status } = client.optIn();
      client.track('After');
      return { status, changes: page.changes.map(({ after }) => after) };
    });
    assert.deepEqual(told, { status: 'denied', changes: ['granted', 'denied'] });
    await site.settled();
    // The first request set off before the denial; aborting it may come too late.
    assert.deepEqual((await site.events()).filter(name => name !== '$opt_in'), []);
    assert.equal(await site.run(page => page.client.hasOptedOut()), true);
    assert.deepEqual((await site.run(page => page.kept())).localStorage, onlyDecision(site.token).localStorage);
  });

  check('a denial inside onError, and a call inside onError that fails again', async () => {
    const site = lab.site();
    await site.open();
    const status = await site.run(async page => {
      const client = page.start({
        batch: { flushIntervalMs: 100 },
        onError() {
          client.track('');
          client.identify('undefined');
          client.optOut();
        },
      });
      client.optIn();
      client.track('Queued');
      client.identify('null');
      client.track('After');
      await page.rung(0);
      return client.consent.status;
    });
    assert.equal(status, 'denied');
    await site.settled();
    assert.deepEqual((await site.events()).filter(name => name !== '$opt_in'), []);
  });

  check('without entropy events still have ids of their own', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    await site.run(page => {
      Crypto.prototype.getRandomValues = () => {
        throw new DOMException('no entropy', 'OperationError');
      };
      page.client.optIn({ event: false });
      for (let i = 0; i < 100; i++) page.client.track('Event ' + i);
    });
    await site.arrival('Event 99');
    const ids = (await site.records('track')).map(({ properties }) => properties.$insert_id);
    assert.equal(new Set(ids).size, 100);
    assert.deepEqual(await site.run(page => page.codes()), []);
  });

  check('after the wasm failed every call is safe, and a decision is still kept', async () => {
    const site = lab.site();
    await site.open();
    const told = await site.run(async page => {
      const client = page.start({ batch: { flushIntervalMs: 100 } });
      client.optIn({ event: false });
      client.register({ plan: 'pro' });
      client.track('Queued');
      const other = page.consentry(page.token, { onError() {} });
      other.track('Queued');
      await page.rung(0);
      // Texts of the wasm can no longer be read: an error in the midst of it that nothing of ours
      // catches.
      const real = TextDecoder.prototype.decode;
      TextDecoder.prototype.decode = () => {
        throw new DOMException('no decoder', 'OperationError');
      };
      const flushed = client.flush();
      client.track('Doomed');
      // The other client of the page is idle, and has a queue as well.
      const locks = async () => (await navigator.locks?.query())?.held.filter(({ name }) => name.includes(page.token)).length ?? 0;
      TextDecoder.prototype.decode = real;
      await page.rung(0);
      const codes = page.codes();
      // The browser hears a little later that a lock is given back.
      let held;
      for (let tries = 0; (held = await locks()) && tries < 100; tries++) await page.rung(20);
      client.track('After');
      client.identify('user-1');
      client.people.set({ a: 1 });
      client.group('company', 'x').set({ a: 1 });
      client.register({ a: 1 });
      client.reset();
      other.track('Other');
      const granted = client.consent.status;
      return { codes, held, granted, id: typeof client.distinctId, flushed: await flushed, again: await client.flush(), ...client.optOut() };
    });
    const { codes, held, granted, status, persisted, again } = told;
    assert.deepEqual({ codes, held, granted, status, persisted, again },
      { codes: ['wasm_failed'], held: 0, granted: 'granted', status: 'denied', persisted: true, again: { sent: 0, dropped: 0, pending: 0 } });
    await site.settled();
    assert.deepEqual((await site.events()).filter(name => name !== 'Queued'), []);
    assert.deepEqual((await site.run(page => page.kept())).localStorage, onlyDecision(site.token).localStorage);
    await site.reload();
    await site.start();
    assert.equal(await site.run(page => page.client.hasOptedOut()), true);
  });
});
