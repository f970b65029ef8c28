// Promises 2, 3 and 7 for pages that a browser may put away and bring back as they were, in the
// back-forward cache.
import assert from 'node:assert/strict';
import { noLocks, shows } from './support/before.mjs';
import { back, leave, plain, withMirror } from './support/away.mjs';
import { adopted, arrivedOnce, burst, granted, names, onlyDecision } from './support/burst.mjs';
import { inEngines } from './support/lab.mjs';

inEngines((lab, check) => {
  const checkAway = withMirror(lab, check);

  /** 70 events wait behind 503 in a page that was left, and another tab is in front. */
  async function awayWithAnotherTab(site, before) {
    await granted(site, {}, { before });
    await lab.collector.behave({ status: 503, times: 0 });
    await burst(site, 'Before', 70);
    await leave(site, plain(site));
    const tabs = await site.openTab({ before });
    await site.start();
    return tabs;
  }

  // What follows must hold for the visitor whether or not the page was kept.
  for (const [how, before] of [['Web Locks', [shows]], ['no Web Locks', [shows, noLocks]]]) {
    checkAway(`${how}: what was queued when the page was put away is delivered when it is back`, async site => {
      await granted(site, {}, { before });
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Before', 70);
      await leave(site, plain(site));
      await back(site);
      await burst(site, 'After', 10);
      await lab.collector.behaveWell();
      await arrivedOnce(site, [...names('Before', 70), ...names('After', 10)], adopted);
      assert.deepEqual(await site.run(page => page.codes()), []);
    });

    checkAway(`${how}: while the page is put away, the next one delivers what it queued`, async site => {
      await granted(site, {}, { before });
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Before', 70);
      await leave(site, site.page({ before }));
      await site.arrived();
      await site.start();
      await lab.collector.behaveWell();
      await arrivedOnce(site, names('Before', 70), adopted);
      await back(site);
      await burst(site, 'After', 10);
      await arrivedOnce(site, [...names('Before', 70), ...names('After', 10)]);
    });

    // A refusal has nothing to do with who owns a queue.
    if (how === 'no Web Locks') continue;

    checkAway('the visitor refuses in another tab meanwhile', async site => {
      const { toFirst } = await awayWithAnotherTab(site, before);
      await site.run(page => page.client.optOut());
      const sent = (await site.requests()).length;
      await lab.collector.behaveWell();
      await toFirst();
      await back(site);
      assert.equal(await site.run(page => page.client.consent.status), 'denied');
      await site.run(page => (page.client.track('After'), page.client.flush()));
      await site.settled(2_500); // longer than the first wait before a retry
      assert.deepEqual((await site.requests()).slice(sent), []);
      const kept = await site.run(page => page.kept());
      // Cookies know no ports, so those of the mirrors before are there as well.
      const cookies = kept.cookies.filter(name => name.includes(site.token));
      assert.deepEqual({ ...kept, cookies }, onlyDecision(site.token));
    });

    checkAway('the visitor refuses and agrees anew meanwhile: nothing from before is sent', async site => {
      const { toFirst } = await awayWithAnotherTab(site, before);
      await site.run(page => {
        page.client.optOut();
        page.client.optIn({ event: false });
      });
      const visitor = await site.run(page => page.client.distinctId);
      await lab.collector.behaveWell();
      await toFirst();
      await back(site);
      await burst(site, 'After', 10);
      await arrivedOnce(site, names('After', 10), adopted);
      assert.deepEqual([...new Set((await site.records('track')).map(({ properties }) => properties.distinct_id))], [visitor]);
    });
  }
});
