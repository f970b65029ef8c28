// Promises 2, 3 and 7 for pages that a browser puts away and brings back as they were, in the back-forward cache.
import assert from 'node:assert/strict';
import { noLocks, shows } from './support/before.mjs';
import { arrivedOnce, burst, granted, names, onlyDecision } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { startMirror } from './support/mirror.mjs';

inEngines((lab, check) => {
  /** Defines a test with a site whose pages a browser may put away. */
  const checkSite = (name, run) =>
    check(name, async test => {
      const mirror = await startMirror(lab.collector);
      test.after(() => mirror.stop());
      await run(lab.site({ origin: mirror.origin }));
    });

  const plain = site => site.origin + site.file('plain.html', '<!doctype html><title>plain</title><link rel="icon" href="data:,">');

  /** Goes where a link would lead. */
  async function leave(site, where) {
    await site.driver.executeScript('setTimeout(() => location.assign(arguments[0]))', where);
    await eventually('the page is left', async () => (await site.driver.getCurrentUrl()) === where);
    await eventually('the next is there', () => site.driver.executeScript("return document.readyState === 'complete'"));
  }

  /** Goes back. Answers whether the page is the one that was left, and why not; one that is not gets a client as well. */
  async function back(site) {
    await site.driver.navigate().back();
    await site.arrived();
    const [seen, why] = await site.driver.executeScript("return [shows, performance.getEntriesByType('navigation')[0].notRestoredReasons]");
    const kept = seen.length === 2 && seen[1];
    if (!kept) await site.start();
    return kept ? 'kept' : 'not kept: ' + (why?.reasons?.map(({ reason }) => reason).join() ?? 'no reason given');
  }

  checkSite('a page with a client that records can be put away', async site => {
    await granted(site, {}, { before: [shows] });
    await burst(site, 'Before', 5);
    await arrivedOnce(site, names('Before', 5));
    await leave(site, plain(site));
    assert.equal(await back(site), 'kept');
    await burst(site, 'After', 5);
    await arrivedOnce(site, [...names('Before', 5), ...names('After', 5)]);
  });

  checkSite('while it waits for an answer', async site => {
    await granted(site, {}, { before: [shows] });
    await lab.collector.behave({ hang: true, times: 0 });
    await burst(site, 'Before', 5);
    await eventually('a request is open', async () => (await site.requests()).some(({ outcome }) => outcome === 'open'));
    await leave(site, plain(site));
    assert.equal(await back(site), 'kept');
  });

  checkSite('what another tab says meanwhile does not cost the page its place', async site => {
    await granted(site, {}, { before: [shows] });
    await leave(site, plain(site));
    const { toFirst } = await site.openTab();
    await site.start();
    await site.run(page => (page.client.optOut(), page.client.optIn({ event: false })));
    await toFirst();
    assert.equal(await back(site), 'kept');
  });

  // What follows must hold for the visitor whether or not the page was kept.
  for (const [how, before] of [['Web Locks', [shows]], ['no Web Locks', [shows, noLocks]]]) {
    checkSite(`${how}: what was queued when the page was put away is delivered when it is back`, async site => {
      await granted(site, {}, { before });
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Before', 70);
      await leave(site, plain(site));
      await back(site);
      await burst(site, 'After', 10);
      await lab.collector.behaveWell();
      await arrivedOnce(site, [...names('Before', 70), ...names('After', 10)], 25_000);
      assert.deepEqual(await site.run(page => page.codes()), []);
    });

    checkSite(`${how}: while the page is put away, the next one delivers what it queued`, async site => {
      await granted(site, {}, { before });
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Before', 70);
      await leave(site, site.page({ before }));
      await site.arrived();
      await site.start();
      await lab.collector.behaveWell();
      await arrivedOnce(site, names('Before', 70), 25_000);
      await back(site);
      await burst(site, 'After', 10);
      await arrivedOnce(site, [...names('Before', 70), ...names('After', 10)]);
    });

    checkSite(`${how}: the visitor refuses in another tab meanwhile`, async site => {
      await granted(site, {}, { before });
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Before', 70);
      await leave(site, plain(site));
      const { toFirst } = await site.openTab({ before });
      await site.start();
      await site.run(page => page.client.optOut());
      const sent = (await site.requests()).length;
      await lab.collector.behaveWell();
      await toFirst();
      await back(site);
      assert.equal(await site.run(page => page.client.consent.status), 'denied');
      await site.run(page => (page.client.track('After'), page.client.flush()));
      await site.settled(2_500); // longer than the first wait before a retry
      assert.deepEqual((await site.requests()).slice(sent), []);
      assert.deepEqual(await site.run(page => page.kept()), onlyDecision(site.token));
    });

    checkSite(`${how}: the visitor refuses and agrees anew meanwhile: nothing from before is sent`, async site => {
      await granted(site, {}, { before });
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Before', 70);
      await leave(site, plain(site));
      const { toFirst } = await site.openTab({ before });
      await site.start();
      await site.run(page => {
        page.client.optOut();
        page.client.optIn({ event: false });
      });
      const visitor = await site.run(page => page.client.distinctId);
      await lab.collector.behaveWell();
      await toFirst();
      await back(site);
      await burst(site, 'After', 10);
      await arrivedOnce(site, names('After', 10), 25_000);
      assert.deepEqual([...new Set((await site.records('track')).map(({ properties }) => properties.distinct_id))], [visitor]);
    });
  }
});
