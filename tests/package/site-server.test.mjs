// What docs/server.md has a site's own server do, on Node's end, and what its pages make of it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { consent, gpc } from '../../docs/server/consent.mjs';
import { installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const document = readFileSync(new URL('../../docs/server.md', import.meta.url), 'utf8');
/** What the document has a page do, as it stands there. */
const [signalled] = document.match(/(?<=^```js\n)if \('gpc'.*?(?=^```)/ms);
const [keeps] = document.match(/(?<=^```js\n)let latest.*?(?=^```)/ms);
const deadline = { timeout: 30_000 };
const days = 90;

/**
 * A shop at an address that the browser asks without its proxy. What its page sends reaches the
 * collector. `hold` is waited for before the decision is written again.
 */
async function shop(t) {
  const token = randomBytes(16).toString('hex');
  const handle = consent({ token, maxAgeDays: days, attributes: 'Path=/; SameSite=Lax', since: '2026-11-27' });
  const state = { token, asked: 0, hold: undefined };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://shop.test');
    if (searchParams.has('gpc')) request.headers['sec-gpc'] = '1';
    if (pathname === '/consent/keep') {
      state.asked++;
      await state.hold;
    }
    if (handle(request, response)) return;
    const [, file] = /^\/pkg\/([\w./-]+)$/.exec(pathname) ?? [];
    const send = (type, text) => response.writeHead(200, { 'content-type': type }).end(text);
    if (file) send('text/javascript', readFileSync(join(installed(), file)));
    else if (pathname === '/shop.js')
      send('text/javascript', `import { consentry } from '/pkg/index.js';
${signalled}
const options = JSON.parse(new URLSearchParams(location.search).get('consent') ?? '{}');
const client = consentry('${token}', { consent: options, batch: { flushIntervalMs: 100 } });
${keeps}
window.client = client;
`);
    else {
      const signal = gpc(request, response) ? ' data-gpc' : '';
      send('text/html', `<!doctype html><html lang="en"${signal}><meta charset="utf-8"><title>shop</title><link rel="icon" href="data:,"><script type="module" src="/shop.js"></script>`);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  return Object.assign(state, { address: `http://127.0.0.1:${server.address().port}` });
}

test('the signal reaches the page, and no cache mixes visitors up', deadline, async t => {
  const { address } = await shop(t);
  for (const [sent, shown] of [['1', true], ['0', false], ['11', false], [undefined, false]]) {
    const answer = await fetch(address, { headers: sent ? { 'sec-gpc': sent } : {} });
    assert.match(answer.headers.get('vary'), /Sec-GPC/);
    assert.equal((await answer.text()).includes(' data-gpc'), shown, sent);
  }
  const answer = await fetch(address + '/.well-known/gpc.json');
  assert.equal(answer.headers.get('content-type'), 'application/json');
  assert.deepEqual(await answer.json(), { gpc: true, lastUpdate: '2026-11-27' });
});

test('a decision is written again as it was sent, and nothing else is', deadline, async t => {
  const { address, token } = await shop(t);
  const record = encodeURIComponent(JSON.stringify({ status: 'granted', decidedAt: 1, via: 'banner', library: 'consentry/0.1.0', epoch: 2 }));
  const flag = `__mp_opt_in_out_${token}`;
  const kept = `consentry_${token}_record`;
  const ask = async (cookie, headers = { 'sec-fetch-site': 'same-origin' }, method = 'POST') => {
    const answer = await fetch(address + '/consent/keep', { method, headers: { ...headers, ...(cookie && { cookie }) } });
    return [answer.status, answer.headers.getSetCookie()];
  };
  const attributes = `Path=/; SameSite=Lax; Max-Age=${days * 86_400}`;
  const written = [204, [`${kept}=${record}; ${attributes}`, `${flag}=1; ${attributes}`]];
  assert.deepEqual(await ask(`theme=dark; ${flag}=1; ${kept}=${record}; consentry_other_record=x`), written);
  assert.deepEqual(await ask(`${flag}=1; ${kept}=${record}`, { origin: address }), written);
  assert.deepEqual(await ask(`${flag}=0`), [204, [`${flag}=0; ${attributes}`]]);
  const own = undefined;
  const rows = [
    [204, undefined], [204, 'theme=dark'], [204, `${kept}=${record}`],
    // Two that disagree: a denial could be written over with an older grant.
    [204, `${flag}=1; ${flag}=0`], [204, `${flag}=1; ${kept}=${record}; ${kept}=${record}`],
    [400, `${flag}=yes`], [400, `${flag}=1; ${kept}=%7B%7D`], [400, `${flag}=1; ${kept}=%zz`], [400, `${flag}=1; ${kept}=${'x'.repeat(5_000)}`],
    [403, `${flag}=1`, { 'sec-fetch-site': 'cross-site', origin: address }], [403, `${flag}=1`, { 'sec-fetch-site': 'same-site' }],
    [403, `${flag}=1`, { origin: 'https://other.test' }], [403, `${flag}=1`, {}], [405, `${flag}=1`, own, 'GET'],
  ];
  for (const [status, cookie, headers, method] of rows) assert.deepEqual(await ask(cookie, headers, method), [status, []], cookie);
});

inEngines((lab, check) => {
  const open = async (address, consent = {}, signal = '') => {
    await lab.driver.get(`${address}/?consent=${encodeURIComponent(JSON.stringify(consent))}${signal}`);
    await eventually('the page has a client', () => lab.driver.executeScript('return !!window.client'));
  };
  const inPage = script => lab.driver.executeScript(script);
  const said = async () => {
    const { status, source, decidedAt } = await inPage('return client.consent');
    return { status, source, decidedAt };
  };
  const cookie = async name => (await lab.driver.manage().getCookies()).find(one => one.name === name);
  /** Days from now until the cookies of the decision end. */
  const ends = async token => {
    const found = await Promise.all([cookie(`__mp_opt_in_out_${token}`), cookie(`consentry_${token}_record`)]);
    return found.map(one => one && Math.round((+new Date(typeof one.expiry === 'number' ? one.expiry * 1_000 : one.expiry) - Date.now()) / 86_400_000));
  };
  /** Where the client keeps its decision; Safari would end the cookie after seven days. */
  const stores = ['localStorage', 'cookie'].map(storage => ({ storage, cookie: { expiresDays: 7 } }));

  check('a signal that the server alone saw denies until the visitor decides, and is no decision', async t => {
    const { address, token } = await shop(t);
    await open(address, { default: 'granted' }, '&gpc');
    assert.deepEqual(await said(), { status: 'denied', source: 'signal', decidedAt: null });
    await inPage("client.track('Too early'); client.setDefault('granted')");
    assert.equal((await said()).status, 'denied');
    assert.deepEqual(await inPage('return [document.cookie, localStorage.length]'), ['', 0]);
    await inPage("client.optIn(); client.track('Agreed')");
    const arrived = async () => (await lab.collector.received()).flatMap(({ records }) => records).filter(({ properties }) => properties?.token === token).map(({ event }) => event);
    await eventually('it arrived', async () => (await arrived()).includes('Agreed'));
    assert.deepEqual((await arrived()).sort(), ['$opt_in', 'Agreed']);
    await open(address, { default: 'granted' }, '&gpc');
    assert.deepEqual([(await said()).status, (await said()).source], ['granted', 'stored']);
  });

  check('where it is enforced no grant counts; without it the page is as ever', async t => {
    const { address } = await shop(t);
    await open(address, { gpc: 'enforce' }, '&gpc');
    await inPage('client.optIn()');
    assert.deepEqual([(await said()).status, (await said()).source], ['denied', 'signal']);
    await open(address, { gpc: 'enforce' });
    assert.deepEqual([(await said()).status, (await said()).source], ['pending', 'default']);
  });

  for (const options of stores) for (const [choice, status] of [['optIn', 'granted'], ['optOut', 'denied']]) {
    check(`the cookies of a decision (${status}, ${options.storage}) have the server's end, and the next page reads them`, async t => {
      const { address, token } = await shop(t);
      await open(address, options);
      assert.deepEqual(await ends(token), [undefined, undefined]);
      await inPage(`client.${choice}()`);
      await eventually('the server has written them', async () => (await ends(token)).every(end => end === days));
      const { decidedAt } = await said();
      // As after seven days in Safari: what scripts have stored is gone.
      await inPage('localStorage.clear(); sessionStorage.clear()');
      await open(address, options);
      assert.deepEqual(await said(), { status, source: 'stored', decidedAt });
      await eventually('they are written on each visit', async () => (await ends(token)).every(end => end === days));
      assert.deepEqual(await said(), { status, source: 'stored', decidedAt });
    });
  }

  for (const options of stores) for (const [before, choice, flag, status] of [['optIn', 'optOut', '0', 'denied'], ['optOut', 'optIn', '1', 'granted']])
    check(`a choice (${choice}, ${options.storage}) while the server writes the one before again stays, also for the next page`, async t => {
      const site = await shop(t);
      const { address, token } = site;
      await open(address, options);
      await inPage(`client.${before}()`);
      await eventually('the server has written it', async () => (await ends(token)).every(end => end === days));
      let go;
      site.hold = new Promise(resolve => (go = resolve));
      const { asked } = site;
      await open(address, options);
      await eventually('the page has asked', () => site.asked > asked);
      await inPage(`client.${choice}()`);
      go();
      const isKept = async () => (await cookie(`__mp_opt_in_out_${token}`)).value === flag && (await ends(token)).every(end => end === days);
      await eventually('the server has written the choice', async () => site.asked > asked + 1 && isKept());
      assert.equal((await said()).status, status);
      await open(address, options);
      assert.deepEqual([(await said()).status, (await said()).source], [status, 'stored']);
    });
});
