// Promise 7 with two tabs that live: what one has queued is its own to send.
import assert from 'node:assert/strict';
import { noLocks } from './support/before.mjs';
import { adopted, arrivedOnce, burst, granted, names } from './support/burst.mjs';
import { inEngines } from './support/lab.mjs';

/** The hosts tell which tab sent. */
const first = { residency: 'eu' };
const second = { residency: 'in' };

const queueOwners = [['Web Locks', []], ['no Web Locks', [noLocks]]];

inEngines((lab, check) => {
  for (const [how, before] of queueOwners) {
    check(`${how}: of two tabs that live, neither sends what the other queued`, async () => {
      const site = lab.site();
      await granted(site, first, { before });
      // Not an error: the waits after errors would grow.
      await lab.collector.behave({ hang: true, times: 0 });
      await burst(site, 'First', 40);
      const { toFirst, toSecond } = await site.openTab({ before });
      await site.start(second);
      await burst(site, 'Second', 40);
      // A queue that counted as free would be taken at once, or when a lease has ended, which comes
      // to 5 to 10 seconds.
      await site.settled(before.length ? 11_000 : 1_000);
      await toFirst();
      await burst(site, 'First again', 10);
      await toSecond();
      await lab.collector.behaveWell();
      await arrivedOnce(site, [...names('First', 40), ...names('Second', 40), ...names('First again', 10)], adopted);
      const strangers = (await site.requests()).flatMap(({ host, records }) =>
        records.map(({ event }) => event).filter(event => event.startsWith('First') !== (host === 'api-eu.mixpanel.com')),
      );
      assert.deepEqual(strangers, []);
    });
  }
});
