// The rows of tests/vectors/decide.json, against the real client and against the shell that answers
// without WebAssembly; and those of tests/vectors/clean.json, which the core alone answers in
// tests/limits.rs; and those of tests/vectors/options.json, which Rust answers in tests/options.rs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { noWebAssembly } from './support/before.mjs';
import { inEngines } from './support/lab.mjs';

const vectors = name => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url)));
const rows = vectors('decide');
const values = vectors('clean');
const options = vectors('options');

/**
 * Runs in the page: what each row comes to, each with a token of its own and with really stored
 * values.
 */
const decideAll = async (page, rows) => {
  const signals = {};
  for (const name of ['globalPrivacyControl', 'doNotTrack']) {
    Object.defineProperty(navigator, name, { configurable: true, get: () => signals[name] });
  }
  const store = {
    localStorage: (key, value) => localStorage.setItem(key, value),
    cookie: (key, value) => (document.cookie = `${encodeURIComponent(key)}=${encodeURIComponent(value)}; Path=/`),
  };
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  const { getItem } = Storage.prototype;
  const fail = () => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  };
  const results = [];
  for (const [index, row] of rows.entries()) {
    const token = 'row' + index;
    const flag = (row.options.prefix ?? '__mp_opt_in_out_') + token;
    for (const name of Object.keys(store)) if (row[name] !== null && row[name] !== 'unreadable') store[name](flag, row[name]);
    if (row.record) {
      const { store: where, agoDays, ...record } = row.record;
      store[where]('consentry_' + token + '_record', JSON.stringify({ ...record, decidedAt: agoDays && Date.now() - agoDays * 86_400_000 }));
    }
    signals.globalPrivacyControl = row.gpc;
    signals.doNotTrack = row.dnt ? '1' : 'unspecified';
    if (row.localStorage === 'unreadable') Storage.prototype.getItem = fail;
    if (row.cookie === 'unreadable') Object.defineProperty(Document.prototype, 'cookie', { ...cookie, get: fail });
    const client = page.consentry(token, { consent: row.options, onError() {} });
    // Before and after it is known whether wasm runs: the answer may not change.
    const early = client.consent;
    const ready = await client.ready;
    const late = client.consent;
    Storage.prototype.getItem = getItem;
    Object.defineProperty(Document.prototype, 'cookie', cookie);
    const same = JSON.stringify(early) === JSON.stringify(late);
    results.push({ name: row.name, ready, status: late.status, source: late.source, ...(same ? {} : { early }) });
    for (const one of document.cookie.split('; ')) document.cookie = one.split('=')[0] + '=; Path=/; Max-Age=0';
  }
  return results;
};

inEngines((lab, check) => {
  const modes = [
    ['the client', true, {}],
    ['the shell, without WebAssembly', false, { before: [noWebAssembly] }],
    ["the shell, under script-src 'self'", false, { csp: "script-src 'self'" }],
  ];
  for (const [name, ready, page] of modes) {
    check(`${rows.length} rows: ${name}`, async () => {
      const site = lab.site();
      await site.open(page);
      const results = await site.run(decideAll, rows);
      const wrong = results.filter((result, index) => {
        const { status, source } = rows[index].expect;
        return result.early || result.ready !== ready || result.status !== status || result.source !== source;
      });
      assert.deepEqual(wrong.map(result => ({ ...result, expected: rows.find(({ name }) => name === result.name).expect })), []);
    });
  }

  check('every option, right and wrong, as the core sees it', async () => {
    const site = lab.site();
    await site.open();
    const { right, wrong } = await site.run(async (page, { options, unknown, protected: names, tokens }) => {
      // As JSON reads it: `{ __proto__: 1 }` would be something else.
      const within = (path, value) => path.split('.').reduceRight((inner, name) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(inner)}}`), value);
      let number = 0;
      const said = (given, token = 'T' + number++) => {
        try {
          return page.consentry(token, given).ready;
        } catch ({ name, code, about = '', message }) {
          return [name, code, about, message];
        }
      };
      const right = [
        ...options.flatMap(({ option, right }) => right.map(value => [option, value, said(within(option, value))])),
        ...unknown.map(name => [name, null, said(within(name, null))]),
        ...tokens.right.map(token => ['token', token, said({}, token)]),
      ];
      const wrong = [
        ...options.flatMap(({ option, wrong }) => wrong.map(value => [option, value, said(within(option, value))])),
        ['consent.prefix', 'half a character', said(within('consent.prefix', '\ud800'))],
        ['', null, said(null)],
        ['', 'text', said('text')],
      ].map(([option, value, error]) => [option, value, error, 'invalid_option', option]);
      wrong.push(...unknown.map(name => [name, 1, said(within(name, 1)), 'unknown_option', name]));
      wrong.push(...names.map(name => [name, 1, said({ propertyBlacklist: ['plan', name] }), 'protected_property', name]));
      wrong.push(...tokens.wrong.map(token => [token, 1, said({}, token), 'invalid_token', '']));
      return { right: await Promise.all(right.map(async ([option, value, ready]) => [option, value, await ready])), wrong };
    }, options);
    // Ready says that the core took the options too.
    assert.deepEqual(right.filter(([, , ready]) => ready !== true), []);
    assert.deepEqual(wrong.filter(([, , error, code, about]) => error[0] !== 'ConsentryError' || error[1] !== code || error[2] !== about), []);
  });

  check(`${values.length} values, as they are sent and as they are complained of`, async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    const trimmed = await site.run(async (page, texts) => {
      page.client.optIn({ event: false });
      texts.forEach((text, index) => page.client.track('Value', { ['v' + index]: JSON.parse(text) }));
      page.client.track('End');
      await page.rung(0);
      return page.errors.map(({ code, about }) => code + ' ' + about);
    }, values.map(({ json }) => json));
    await site.arrival('End');
    const events = await site.records('track');
    values.forEach(({ name, expected }, index) => assert.deepEqual(events[index].properties['v' + index], JSON.parse(expected), name));
    assert.deepEqual(trimmed, values.flatMap(({ trimmed }, index) => (trimmed ? ['property_trimmed v' + index] : [])));
    assert.deepEqual((await site.requests()).flatMap(({ problems }) => problems), []);
  });

  check('values that are no JSON before they are written keep the limits too', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    const trimmed = await site.run(async page => {
      page.client.optIn({ event: false });
      const long = 'x'.repeat(300);
      const shared = [[1]];
      const sparse = [];
      sparse.length = 4_000_000_000;
      // Those of another window are no instances of what this one has.
      const { contentWindow: other } = document.body.appendChild(document.createElement('iframe'));
      const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [i, i]));
      page.client.track('Values', {
        date: new other.Date(0),
        set: new other.Set(['a', 1]),
        map: new Map([['a', new Set()]]),
        error: new TypeError('no'),
        query: new URLSearchParams('a=1&b=2'),
        address: new URL('https://shop.test/?a'),
        pattern: /a/g,
        numbers: Float32Array.of(1.5, 2),
        huge: new Set(Array.from({ length: 1_000 }, (_, i) => i)),
        badMap: new Map([[{}, 2]]),
        element: document.body,
        promise: Promise.resolve(),
        buffer: new ArrayBuffer(8),
        // Within the limits of each list and object, and far over that of all.
        whole: Array(254).fill(Array(254).fill(wide)),
        boxed: new String(long),
        bigint: 10n ** 300n,
        json: { toJSON: () => [[[['deep']]]] },
        inside: [{ toJSON: () => long, long: 1 }, new Date(0), 7n],
        twice: [shared, [shared]],
        sparse,
        proto: JSON.parse(`{"__proto__": {"${long}": 1}}`),
      });
      page.client.track('Empty', new Set(['a']));
      page.client.track('Mapped', new Map([['a', 1]]));
      page.client.group('company', 'set').union('p', new Set(['a']));
      page.client.group('company', 'toolong').unset(['\ud800', 'b']);
      page.client.group('company'.padEnd(300, '!'), long).union('p', [long, 7]);
      page.client.group('company', 'x').unset([long, 'b']);
      await page.client.flush();
      return page.errors.map(({ code, about }) => code + ' ' + about);
    });
    await site.arrival('Values');
    const cut = 'x'.repeat(255);
    const [{ properties }] = await site.records('track');
    const { boxed, bigint, json, inside, twice, sparse, proto } = properties;
    assert.deepEqual({ boxed, bigint, json, inside, twice },
      { boxed: cut, bigint: '1'.padEnd(255, '0'), json: [[[null]]], inside: [cut, '1970-01-01T00:00:00', 7], twice: [[[1]], [[null]]] });
    const { date, set, map, error, query, address, pattern, numbers, huge } = properties;
    assert.deepEqual({ date, set, map, error, query, address, pattern, numbers, huge: huge.length }, {
      date: '1970-01-01T00:00:00', set: ['a', 1], map: { a: [] }, error: 'TypeError: no', query: 'a=1&b=2', address: 'https://shop.test/?a',
      pattern: '/a/g', numbers: [1.5, 2], huge: 254,
    });
    assert.deepEqual(['badMap', 'element', 'promise', 'buffer', 'whole'].filter(name => name in properties), []);
    assert.deepEqual([sparse.length, Object.entries(proto)], [254, [['__proto__', JSON.parse(`{"${cut}":1}`)]]]);
    const invalid = ['badMap', 'element', 'promise', 'buffer'].map(name => 'invalid_property ' + name);
    const long = ['whole', 'json', 'twice', 'sparse'].map(name => 'property_trimmed ' + name);
    assert.deepEqual(trimmed, ['property_trimmed huge', ...invalid, ...long, 'invalid_argument track', 'invalid_argument track', 'property_trimmed \\ud800']
      .filter((what, at, all) => all.indexOf(what) === at));
    const [ofSet, ofBad, union, unset] = await site.records('groups');
    assert.deepEqual([ofSet.$union, ofBad.$unset], [{ p: ['a'] }, ['b']]);
    assert.deepEqual([union.$group_key, union.$group_id, union.$union, unset.$unset], ['company'.padEnd(255, '!'), cut, { p: [cut, 7] }, [cut, 'b']]);
    assert.deepEqual((await site.requests()).flatMap(({ problems }) => problems), []);
  });

  for (const store of ['localStorage', 'cookie']) {
    check(`what is stored in ${store} and is no JSON of one line never gets into a request`, async () => {
      const site = lab.site();
      await site.open();
      const texts = ['{"distinct_id":"GONE","bad":nul}', ' {"distinct_id":"GONE","bad":01}', '{"distinct_id":"GONE","bad":[1,\n2]}', '{"distinct_id":"GONE"'];
      const grants = await site.run((page, texts, store) => texts.map((text, index) => {
        const token = page.token + index;
        const put = (key, value) =>
          store === 'cookie' ? (document.cookie = `${encodeURIComponent(key)}=${encodeURIComponent(value)}; Path=/`) : localStorage.setItem(key, value);
        put('mp_' + token + '_mixpanel', text);
        put('__mp_opt_in_out_' + token, '1');
        put('consentry_' + token + '_record', `{"status":"granted","decidedAt":${Date.now()},"via":"GONE","bad":nul}`);
        const client = page.start({ persistence: store, consent: { storage: store }, batch: { flushIntervalMs: 100 } }, token);
        client.track('Fine' + index);
        return client.consent.status + ' ' + client.consent.via;
      }), texts, store);
      assert.deepEqual(grants, texts.map(() => 'granted undefined'));
      await site.arrival(...texts.map((_, index) => 'Fine' + index));
      assert.equal(JSON.stringify(await site.records()).includes('GONE'), false);
      assert.deepEqual((await site.requests()).flatMap(({ problems }) => problems), []);
    });
  }
}, ['chromium', 'firefox']);
