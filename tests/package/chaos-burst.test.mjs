// Thousands of events in one task: the core gets the first at once and the rest over the next
// moments, so that the page can react meanwhile. Nothing is lost or out of order for that, and what
// waits is dropped by a withdrawal like all the rest.
import assert from 'node:assert/strict';
import { arrivedOnce, burst, comeBack, granted, names, onlyDecision, storedEvents } from './support/burst.mjs';
import { onlyPages } from './support/down.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const busy = { status: 503, times: 0 };

/** Longer than it takes until all of a burst is with the core, on a slow machine too. */
const long = 20_000;

inEngines((lab, check) => {
  check('2,000 events of one loop are stored in their order and arrive once', async () => {
    const site = lab.site();
    await granted(site);
    await lab.collector.behave(busy);
    await burst(site, 'Many', 2_000);
    const stored = () =>
      site.run(page => {
        const keys = Object.keys(localStorage).filter(key => key.startsWith(`consentry_${page.token}_q_`) && /_\d+_\d+$/.test(key));
        keys.sort((one, other) => one.split('_').at(-1) - other.split('_').at(-1));
        return keys.flatMap(key => [...localStorage.getItem(key).matchAll(/"event":"([^"]+)"/g)].map(([, name]) => name));
      });
    await eventually('all are stored', async () => (await stored()).length === 2_000, long);
    assert.deepEqual(await stored(), names('Many', 2_000));
    await lab.collector.behaveWell();
    await arrivedOnce(site, names('Many', 2_000), long);
    assert.deepEqual(await site.run(page => page.codes()), []);
  });

  for (const where of ['another site', 'an empty page', 'nowhere: the tab is closed']) {
    check(`2,000 events and in the same task away to ${where}: all are kept`, async () => {
      const site = lab.site();
      const first = await lab.driver.getWindowHandle();
      await lab.driver.switchTo().newWindow('tab');
      await granted(site);
      const elsewhere = where === 'another site' ? lab.site().page() : 'about:blank';
      await lab.collector.behave(busy);
      await site.driver.executeScript(`
        setTimeout(() => {
          for (let i = 0; i < 2000; i++) page.client.track('Many ' + i);
          if (arguments[0]) location.assign(arguments[0]);
        });`, where.startsWith('nowhere') ? null : elsewhere);
      if (!where.startsWith('nowhere')) await eventually('the page is left', async () => (await lab.driver.getCurrentUrl()) === elsewhere);
      await lab.driver.close();
      await lab.driver.switchTo().window(first);
      await onlyPages(lab);
      assert.deepEqual(await storedEvents(site), names('Many', 2_000).sort());
      await lab.collector.behaveWell();
      await comeBack(site);
      await arrivedOnce(site, names('Many', 2_000), long);
    });
  }

  check('what is called after a burst counts after it, and at once', async () => {
    const site = lab.site();
    await granted(site);
    const { before, after, flushed } = await site.run(async page => {
      const { client } = page;
      const before = client.distinctId;
      for (let i = 0; i < 300; i++) client.track('Before ' + i);
      client.register({ step: 2 });
      for (let i = 0; i < 300; i++) client.people.increment('visits');
      client.identify('user-1');
      const after = client.distinctId;
      client.track('After');
      return { before, after, flushed: await client.flush() };
    });
    assert.equal(after, 'user-1');
    await site.arrival('After');
    const events = await site.records('track');
    const early = events.filter(({ event }) => event.startsWith('Before'));
    assert.deepEqual(early.map(({ event }) => event), names('Before', 300));
    const said = one => [one.properties.distinct_id, one.properties.step];
    assert.deepEqual([...new Set(early.map(one => String(said(one))))], [String([before, undefined])]);
    assert.deepEqual(said(events.find(({ event }) => event === 'After')), ['user-1', 2]);
    assert.equal((await site.records('engage')).length, 300);
    // How many had been sent when it began is the network's affair.
    assert.deepEqual([flushed.dropped, flushed.pending], [0, 0]);
  });

  check('an event says the address it was made at, though the core gets it later', async () => {
    const site = lab.site();
    await granted(site);
    const { first, second } = await site.run(async page => {
      const first = location.href;
      for (let i = 0; i < 200; i++) page.client.track('First ' + i);
      history.pushState({}, '', '?second');
      const second = location.href;
      for (let i = 0; i < 200; i++) page.client.track('Second ' + i);
      history.pushState({}, '', '?third');
      await page.client.flush();
      return { first, second };
    });
    await eventually('all arrived', async () => (await site.events()).length === 400, long);
    const told = { First: first, Second: second };
    const wrong = (await site.records('track')).filter(({ event, properties }) => properties.$current_url !== told[event.split(' ')[0]]);
    assert.deepEqual(wrong, []);
  });

  check('events from before the wasm runs say the address they were made at', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const first = await site.run(async page => {
      const first = location.href;
      const client = page.start({ consent: { default: 'granted' } });
      client.track('Early');
      history.pushState({}, '', '?later');
      await page.rest.init('/pkg/consentry.wasm');
      await client.flush();
      return first;
    });
    await site.arrival('Early');
    assert.equal((await site.records('track')).find(({ event }) => event === 'Early').properties.$current_url, first);
  });

  check('a refusal and a new grant right after a burst: nothing of it is ever sent', async () => {
    const site = lab.site();
    await granted(site);
    const flushed = await site.run(async page => {
      for (let i = 0; i < 1_000; i++) page.client.track('Old ' + i);
      const flushed = page.client.flush();
      page.client.optOut();
      page.client.optIn({ event: 'New' });
      return flushed;
    });
    await site.arrival('New');
    await site.settled();
    assert.deepEqual(await site.events(), ['New']);
    assert.deepEqual(flushed, { sent: 0, dropped: 1_000, pending: 0 });
  });

  check('a refusal while a burst waits: what waits is not sent, neither with the refusal nor after it', async () => {
    const site = lab.site();
    await granted(site);
    const { flushed, started } = await site.run(async page => {
      // The hundred that the core gets at once; they are taken, and no request is under way any
      // more.
      for (let i = 0; i < 100; i++) page.client.track('Taken ' + i);
      await page.client.flush();
      let started = 0;
      const { fetch } = window;
      // With a signal that is aborted already a browser starts nothing.
      window.fetch = (address, options) => {
        started += options?.signal?.aborted === false;
        return fetch(address, options);
      };
      for (let i = 0; i < 200; i++) page.client.track('Waiting ' + i);
      page.client.people.set({ plan: 'pro' });
      const flushed = page.client.flush();
      page.client.optOut();
      return { flushed: await flushed, started };
    });
    assert.equal(started, 0);
    await site.settled();
    const seen = (await site.requests()).flatMap(({ records }) => records.map(({ event }) => event));
    assert.deepEqual(seen.sort(), names('Taken', 100).sort());
    assert.deepEqual([flushed.sent, flushed.pending], [0, 0]);
    assert.deepEqual(await site.run(page => page.kept()), onlyDecision(site.token));
  });

  check('a refusal that another tab stores during a burst: nothing of it is sent or stored', async () => {
    const site = lab.site();
    await granted(site);
    await lab.collector.behave(busy);
    const flushed = await site.run(async page => {
      for (let i = 0; i < 1_000; i++) page.client.track('Old ' + i);
      localStorage.setItem('__mp_opt_in_out_' + page.token, '0');
      return page.client.flush();
    });
    assert.equal(flushed.sent, 0);
    await lab.collector.behaveWell();
    await site.settled(2_500); // longer than the first wait before a retry
    assert.deepEqual(await site.events(), []);
    assert.equal(await site.run(page => page.client.consent.status), 'denied');
    assert.deepEqual(await site.run(page => page.kept()), onlyDecision(site.token));
  });

  check('what is more than 10,000 calls before the wasm runs is reported', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const errors = await site.run(async page => {
      const client = page.start({ consent: { default: 'granted' } });
      for (let i = 0; i < 10_002; i++) client.register({ i });
      await page.rung(0);
      return page.errors;
    });
    assert.deepEqual(errors.map(({ code, dropped }) => [code, dropped]), [['queue_full', 1], ['queue_full', 1]]);
    const i = await site.run(async page => {
      await page.rest.init('/pkg/consentry.wasm');
      page.client.track('After');
      await page.client.flush();
      return JSON.parse(localStorage.getItem(`mp_${page.token}_mixpanel`)).i;
    });
    assert.equal(i, 9_999);
  });

  check('before the wasm a purge keeps the choice, and a deletion ends though the visitor refuses twice', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const told = await site.run(async page => {
      const client = page.start();
      client.track('Old');
      client.optIn();
      client.purge();
      await page.rest.init('/pkg/consentry.wasm');
      await client.ready;
      return client.consent.status;
    });
    assert.equal(told, 'granted');
    await site.arrival('$opt_in');
    assert.deepEqual(await site.events(), ['$opt_in']);
    const other = lab.site();
    await other.open({ entry: '/pkg/slim.js' });
    const deleted = await other.run(async page => {
      const client = page.start();
      const { deleted } = client.optOut({ deleteProfile: true });
      client.optOut();
      await page.rest.init('/pkg/consentry.wasm');
      return deleted;
    });
    assert.equal(deleted, false);
  });

  check('a flush from before a denial ends, though the wasm is still on its way', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    const flushed = await site.run(async page => {
      let arrive;
      const wasm = new Promise(resolve => (arrive = resolve));
      const running = page.rest.init(wasm);
      const client = page.start({ consent: { default: 'granted' } });
      client.track('Old');
      const flushed = client.flush();
      client.optOut();
      arrive(fetch('/pkg/consentry.wasm'));
      await running;
      return flushed;
    });
    assert.deepEqual(flushed, { sent: 0, dropped: 0, pending: 0 });
    await site.settled();
    assert.deepEqual(await site.requests(), []);
  });
});
