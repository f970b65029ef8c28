// What is personal in properties is in no request and on no device, whichever way it came.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { inEngines } from './support/lab.mjs';

/** Texts that must be nowhere. */
const secrets = ['ann@example.com', 'ann%40example.com', '4242 4242 4242 4242', '4242424242424242', 'DE89 3704', 'hunter2', '#token'];

/** Everything the origin keeps, and everything its pages were told. */
const left = site =>
  site.run(page => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, decodeURIComponent(document.cookie), page.errors, page.heard]));

async function nothingIsSaid(site) {
  const seen = [await left(site), JSON.stringify(await site.requests()), decodeURIComponent(JSON.stringify(await site.requests()).replaceAll('%', '%25'))];
  for (const one of secrets) assert.ok(seen.every(text => !text.includes(one)), one);
}

const propertiesOf = async (site, name) => (await site.records('track')).find(({ event }) => event === name).properties;

inEngines((lab, check) => {
  check('whichever way it comes, it is stored and sent nowhere, and it is told what was removed', async () => {
    const site = lab.site();
    await site.open();
    const removed = await site.run(async page => {
      const { minimize } = await import('/pkg/minimize.js');
      page.heard = [];
      history.replaceState(null, '', '?email=ann%40example.com&utm_source=mail#token=1');
      const minimizer = minimize();
      const client = page.start({ minimize: minimizer, batch: { flushIntervalMs: 60_000 }, consent: { beforeDecision: 'hold' } });
      client.track('Held', { note: 'from ann@example.com' });
      client.optIn({ properties: { contact: 'ann@example.com' } });
      client.register({ card: '4242 4242 4242 4242' });
      client.registerOnce({ nested: { list: ['pay DE89 3704 0044 0532 0130 00'] } });
      client.track('Paid', { password: 'hunter2', amount: 12, number: 4242424242424242 });
      client.trackPageview();
      client.identify('u1');
      client.people.set({ $email: 'ann@example.com', plan: 'pro' });
      client.people.union('tags', ['ann@example.com', 'b']);
      client.group('company', 'acme').set({ contact: 'ann@example.com' });
      client.track('Now', { note: 'ann@example.com' }, { immediately: true });
      return minimizer.report();
    });
    await nothingIsSaid(site); // what is stored
    await site.run(page => page.client.flush());
    await nothingIsSaid(site);
    const paid = await propertiesOf(site, 'Paid');
    assert.deepEqual([paid.password, paid.amount, paid.number, paid.card], ['[secret]', 12, '[card]', '[card]']);
    assert.deepEqual(paid.nested, { list: ['pay [iban]'] });
    assert.match(paid.$current_url, /\?utm_source=mail$/);
    assert.equal(paid.utm_source, 'mail');
    assert.equal((await propertiesOf(site, 'Held')).note, 'from [email]');
    assert.equal((await propertiesOf(site, '$opt_in')).contact, '[email]');
    assert.equal((await propertiesOf(site, 'Now')).note, '[email]');
    const updates = await site.records('engage');
    assert.ok(updates.some(({ $set }) => $set?.$email === '[email]' && $set.plan === 'pro'));
    assert.ok(updates.some(({ $union }) => $union?.tags.join() === '[email],b'));
    assert.equal((await site.records('groups'))[0].$set.contact, '[email]');
    const of = (kind, name) => removed.find(one => one.kind === kind && one.name === name)?.count;
    assert.deepEqual([of('email', 'note'), of('secret', 'password'), of('card', 'number')], [2, 1, 1]);
  });

  check('what is called before the core runs does not wait with it', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    await site.run(async page => {
      const { minimize } = await import('/pkg/minimize.js');
      page.heard = [];
      history.replaceState(null, '', '?email=ann%40example.com');
      const client = page.start({ minimize: minimize(), consent: { default: 'granted' }, batch: { flushIntervalMs: 100 } });
      client.track('Early', { note: 'ann@example.com' });
      history.replaceState(null, '', '?');
      await page.rest.init('/pkg/consentry.wasm');
      await client.ready;
      await client.flush();
    });
    const early = await propertiesOf(site, 'Early');
    assert.equal(early.note, '[email]');
    assert.ok(!early.$current_url.includes('email'));
    await nothingIsSaid(site);
  });

  check('where it fails nothing of the properties is left, and that is told', async () => {
    const site = lab.site();
    await site.open();
    await site.run(async page => {
      page.heard = [];
      history.replaceState(null, '', '?email=ann%40example.com');
      let calls = 0;
      const json = () => {
        if (calls++ % 2) return undefined;
        throw new Error('ann@example.com');
      };
      const client = page.start({ minimize: { json }, consent: { default: 'granted' }, batch: { flushIntervalMs: 100 } });
      client.track('Viewed', { note: 'ann@example.com' });
      client.track('Viewed again', { note: 'ann@example.com' });
      await client.flush();
    });
    for (const name of ['Viewed', 'Viewed again']) assert.equal((await propertiesOf(site, name)).note, undefined);
    await nothingIsSaid(site);
    assert.deepEqual(await site.run(page => [...new Set(page.codes())]), ['invalid_property']);
  });

  check('the drop-in takes it too, and takes no property where it is none', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/mixpanel.js' });
    await site.run(async page => {
      const { minimize } = await import('/pkg/minimize.js');
      const mixpanel = page.rest.default;
      page.heard = [];
      const config = { batch_requests: false, error_reporter: ({ message }) => page.errors.push(message) };
      mixpanel.init(page.token, { ...config, minimize: minimize() });
      mixpanel.register({ contact: 'ann@example.com' });
      mixpanel.init(page.token, { ...config, minimize: {}, persistence_name: 'second' }, 'second');
      await new Promise(resolve => mixpanel.second.track('Second', { note: 'ann@example.com' }, resolve));
      await new Promise(resolve => mixpanel.track('First', { note: 'ann@example.com' }, resolve));
    });
    const first = await propertiesOf(site, 'First');
    assert.deepEqual([first.contact, first.note], ['[email]', '[email]']);
    assert.equal((await propertiesOf(site, 'Second')).note, undefined);
    assert.match((await site.run(page => page.errors)).join('\n'), /minimize/);
    await nothingIsSaid(site);
  });
});

test('its file is under 5,000 bytes of brotli, and the default entry has none of it', async () => {
  const pkg = name => readFile(join(import.meta.dirname, '..', '..', 'pkg', name));
  const own = await pkg('minimize.js');
  const size = brotliCompressSync(own, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  assert.ok(size > 1_000 && size < 5_000, `${size}`);
  assert.ok(own.includes('BEGIN') && !(await pkg('index.js')).includes('BEGIN'));
});
