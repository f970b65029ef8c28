// The rows of tests/vectors/decide.json, against the real client and against the shell that answers without WebAssembly.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { noWebAssembly } from './support/before.mjs';
import { inEngines } from './support/lab.mjs';

const rows = JSON.parse(readFileSync(new URL('../vectors/decide.json', import.meta.url)));

/** Runs in the page: what each row comes to, each with a token of its own and with really stored values. */
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
      store[where]('consentry_' + token + '_record', JSON.stringify({ ...record, decidedAt: Date.now() - agoDays * 86_400_000 }));
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
}, ['chromium', 'firefox']);
