// Promises 2, 5 and 7 where localStorage is full, holds what nobody of us wrote, or much of ours.
import assert from 'node:assert/strict';
import { arrivedOnce, burst, comeBack, granted, names, onlyDecision, storedEvents } from './support/burst.mjs';
import { onlyPages } from './support/down.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** Fills localStorage to the last characters. */
const fill = page => {
  let size = 1 << 22;
  for (let number = 0; size >= 1; ) {
    try {
      localStorage.setItem('site_' + number, 'x'.repeat(size));
      number++;
    } catch {
      size >>= 1;
    }
  }
  try {
    localStorage.setItem('s', 'x'.repeat(20));
    return 'there is room left';
  } catch {
    return 'full';
  }
};

const free = () => Object.keys(localStorage).forEach(key => key.startsWith('s') && localStorage.removeItem(key));

const kept = page => page.kept();
const ours = ({ localStorage = [], ...rest }) => ({ ...rest, localStorage: localStorage.filter(key => !key.startsWith('s')) });

/** Stores something under the key of a queue, as if a page that is gone had. */
const plant = (site, entries) =>
  site.run((page, entries) => {
    for (const [queue, value] of Object.entries(entries)) localStorage.setItem(`consentry_${page.token}_q_${queue}`, value);
  }, entries);

inEngines((lab, check) => {
  check('localStorage is full: events are delivered from memory, and it is said once', async () => {
    const site = lab.site();
    await granted(site);
    assert.equal(await site.run(fill), 'full');
    for (let i = 0; i < 3; i++) {
      await burst(site, 'Full ' + i, 30);
      await site.settled(150);
    }
    await arrivedOnce(site, [0, 1, 2].flatMap(i => names('Full ' + i, 30)));
    assert.deepEqual(await site.run(page => page.codes()), ['storage_failed']);
  });

  check('localStorage is full while the server is down: once there is room again the queue is stored', async () => {
    const site = lab.site();
    await granted(site);
    await site.run(fill);
    await lab.collector.behave({ status: 503, times: 0 });
    await burst(site, 'Full', 70);
    await site.settled();
    assert.deepEqual(await site.run((page, token) => Object.keys(localStorage).filter(key => key.startsWith(`consentry_${token}_q`)), site.token), []);
    await site.run(free);
    await eventually('the queue is stored', () =>
      site.run((page, token) => Object.entries(localStorage).filter(([key]) => key.startsWith(`consentry_${token}_q`)).join().match(/"event"/g)?.length === 70, site.token),
    );
    assert.deepEqual(await storedEvents(site), names('Full', 70).sort());
    await lab.collector.behaveWell();
    await comeBack(site);
    await arrivedOnce(site, names('Full', 70));
  });

  check('localStorage is full: a refusal is kept all the same, and says where', async () => {
    const site = lab.site();
    await granted(site);
    await burst(site, 'Before', 10);
    await arrivedOnce(site, names('Before', 10));
    await site.run(fill);
    await burst(site, 'Queued', 10);
    const { status, persisted, store } = await site.run(page => page.client.optOut({ via: 'banner', purposes: ['x'.repeat(1_000)] }));
    assert.deepEqual({ status, persisted }, { status: 'denied', persisted: true });
    assert.ok(['localStorage', 'cookie'].includes(store), store);
    await site.settled();
    assert.equal((await site.events()).length, 10);
    await comeBack(site);
    const after = await site.run(page => page.client.consent);
    assert.deepEqual([after.status, after.source, after.store], ['denied', 'stored', store]);
    await burst(site, 'After', 10);
    await site.settled();
    assert.equal((await site.events()).length, 10);
    assert.deepEqual((await site.run(kept)).localStorage.filter(key => /_q_|mixpanel/.test(key)), []);
  });

  check('localStorage is full: the proof of a refusal is kept where the purge made room for it', async () => {
    const site = lab.site();
    await granted(site);
    await site.run(page => page.client.register({ filler: ['x'.repeat(200), 'y'.repeat(200)] }));
    await site.run(fill);
    const proof = ({ via }) => ({ via });
    const expected = { via: 'banner', purposes: ['none of it', 'x'.repeat(100)] };
    assert.deepEqual(proof(await site.run((page, choice) => page.client.optOut(choice), expected)), proof(expected));
    await comeBack(site);
    assert.deepEqual(proof(await site.run(page => page.client.consent)), proof(expected));
  });

  check('localStorage is full before anything was decided: the refusal is kept in a cookie', async () => {
    const site = lab.site();
    await site.open();
    await site.run(fill);
    await site.start();
    const { status, persisted, store } = await site.run(page => page.client.optOut());
    assert.deepEqual({ status, persisted, store }, { status: 'denied', persisted: true, store: 'cookie' });
    await comeBack(site);
    assert.equal(await site.run(page => page.client.hasOptedOut()), true);
    assert.deepEqual(ours(await site.run(kept)).localStorage, []);
  });

  check('segments that were cut, changed or never ours are reported and removed, and the rest is delivered', async () => {
    const site = lab.site();
    await granted(site);
    await lab.collector.behave({ status: 503, times: 0 });
    for (const name of ['Whole', 'Cut', 'Changed']) await burst(site, name, 10);
    const names10 = [...names('Whole', 10), ...names('Cut', 10), ...names('Changed', 10)].sort();
    assert.deepEqual(await storedEvents(site), names10);
    await site.driver.executeScript(`
      for (const [key, text] of Object.entries(localStorage)) {
        if (!key.startsWith('consentry_${site.token}_q_')) continue;
        if (text.includes('"Cut 0"')) localStorage.setItem(key, text.slice(0, -100));
        if (text.includes('"Changed 0"')) localStorage.setItem(key, text.replace('Changed 5', 'Changed 6'));
      }`);
    await site.open();
    const foreign = { '7_1': '', '7_2': 'null', '7_3': '{"a":1}', '8_1': '\ud800\u0000\n\n\n', '9_1': '123\n0 0\n1 {}\n', '9_2': 'x'.repeat(100_000) };
    await plant(site, foreign);
    await lab.collector.behaveWell();
    await site.start();
    await arrivedOnce(site, names('Whole', 10));
    const left = await site.run((page, token) => Object.keys(localStorage).filter(key => key.startsWith(`consentry_${token}_q`)), site.token);
    assert.deepEqual(left, []);
    const errors = await site.run(page => page.errors.map(({ code }) => code));
    assert.deepEqual(errors, Array(Object.keys(foreign).length + 2).fill('storage_corrupt'));
  });

  check('keys that only look like ours are left alone while recording, and break nothing', async () => {
    const site = lab.site();
    await granted(site);
    await plant(site, { '': 'a', x: 'b', '1': 'c', '1_': 'd', _1: 'e', '1_2_3': 'f', '-1_1': 'g', '99999999999999999999_1': 'h', '5000000000_1': 'i' });
    await comeBack(site);
    await burst(site, 'Fine', 10);
    await arrivedOnce(site, names('Fine', 10));
    assert.equal(await site.run(page => page.codes().includes('wasm_failed')), false);
    // A refusal takes them along: they lie under our prefix.
    await site.run(page => page.client.optOut());
    assert.deepEqual(await site.run(kept), onlyDecision(site.token));
  });

  check('localStorage.clear() by the page while events wait: they are delivered, or counted, and nothing breaks', async () => {
    const site = lab.site();
    await granted(site, { consent: { storage: 'cookie' } });
    await lab.collector.behave({ status: 503, times: 1 });
    await burst(site, 'Cleared', 70);
    await site.run(() => localStorage.clear());
    await arrivedOnce(site, names('Cleared', 70));
    assert.deepEqual(await site.run(page => page.codes()), []);
  });

  check('3,000 events while nobody can be reached: all are stored, all arrive', async () => {
    const site = lab.site();
    await granted(site);
    await lab.line.cut();
    await site.driver.executeScript("for (let i = 0; i < 3_000; i++) page.client.track('Offline ' + i)");
    const codes = await site.driver.executeScript('return page.codes()');
    await lab.driver.get('about:blank');
    await onlyPages(lab);
    assert.deepEqual(await storedEvents(site), names('Offline', 3_000).sort());
    await lab.collector.behaveWell();
    await comeBack(site);
    await eventually('nothing waits any more', () => site.run(async page => (await page.client.flush()).pending === 0), 30_000);
    await arrivedOnce(site, names('Offline', 3_000));
    assert.deepEqual(codes, []);
    assert.deepEqual(await storedEvents(site), []);
  });
}, undefined, { line: true });
