// Promises 2 and 3 with two tabs: what one has queued when the visitor refuses in the other never
// leaves, and nothing of it stays.
import assert from 'node:assert/strict';
import { deaf } from './support/before.mjs';
import { burst, granted, onlyDecision } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

inEngines((lab, check) => {
  /**
   * A tab with a request under way and 40 events behind it, and another tab in which the visitor
   * refuses.
   */
  async function refusedElsewhere(before) {
    const site = lab.site();
    await granted(site, {}, { before });
    await lab.collector.behave({ hang: true, times: 0 });
    await burst(site, 'Under way', 1);
    await site.run(page => void page.client.flush());
    await eventually('a request is open', async () => (await site.requests()).some(({ outcome }) => outcome === 'open'));
    await burst(site, 'Queued', 40);
    const tabs = await site.openTab();
    await site.start();
    await site.run(page => page.client.optOut());
    return { site, ...tabs };
  }

  /** Whatever the tab does now, it sends nothing more and stores nothing. */
  async function staysSilent(site) {
    await site.run(page => {
      dispatchEvent(new PageTransitionEvent('pagehide'));
      page.client.track('After');
      return page.client.flush();
    });
    await site.settled();
    await lab.collector.behaveWell();
    await site.settled(2_500); // longer than the first wait before a retry
    await site.reload();
    await site.start();
    await site.settled();
    assert.deepEqual((await site.requests()).flatMap(({ records }) => records.map(({ event }) => event)), ['Under way 0']);
    assert.deepEqual(await site.run(page => page.kept()), onlyDecision(site.token));
  }

  check('a refusal in another tab: the request under way is closed, 40 queued events are never sent', async () => {
    const { site, toFirst } = await refusedElsewhere([]);
    await eventually('the first tab closed its request', async () => (await site.requests())[0].outcome === 'closed_by_client', 5_000);
    await toFirst();
    assert.equal(await site.run(page => page.client.consent.status), 'denied');
    assert.deepEqual(await site.run(page => page.kept()), onlyDecision(site.token));
    await staysSilent(site);
  });

  for (const answer of ['an answer arrives', 'no answer arrives']) {
    check(`the same in a tab that hears nothing, and ${answer}`, async () => {
      const { site, toFirst } = await refusedElsewhere([deaf]);
      await toFirst();
      await eventually('the refusal is stored for the first tab too', () =>
        site.run((page, token) => localStorage.getItem('__mp_opt_in_out_' + token) === '0', site.token),
      );
      if (answer === 'an answer arrives') {
        await lab.collector.behaveWell();
        await eventually('it was answered', async () => (await site.requests())[0].outcome === 'answered');
        await site.settled();
      }
      await staysSilent(site);
    });
  }
});
