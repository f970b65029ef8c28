// What a page sends as it is left may be answered when nobody is there to hear it; then the next
// page sends it again. An event carries an `$insert_id` by which the server knows it, an `$add` or
// `$append` carries nothing: it would count twice.
import assert from 'node:assert/strict';
import { adopted, comeBack, granted } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

inEngines((lab, check) => {
  for (const [where, away] of [['the next page of the site', site => site.page()], ['another site and back', () => lab.site().page()]]) {
    check(`a visitor goes on to ${where}: what was recorded just before counts once`, async () => {
      const site = lab.site();
      await granted(site, { batch: { flushIntervalMs: 60_000 } });
      await site.run(page => page.client.identify('user-1'));
      const elsewhere = away(site);
      await site.driver.executeScript(`
        // After the answer to this call has been given.
        setTimeout(() => {
          page.client.track('Last');
          page.client.people.increment('visits');
          location.assign(arguments[0]);
        });`, elsewhere);
      await eventually('the page is left', async () => (await lab.driver.getCurrentUrl()) === elsewhere);
      await site.arrived();
      if (where.startsWith('the next')) await site.start();
      else await comeBack(site);
      const both = async () => (await site.events()).includes('Last') && (await site.records('engage')).length > 0;
      await eventually('both arrived', both, adopted);
      // A second time would come within an interval.
      await site.settled(1_000);
      const events = (await site.records('track')).filter(({ event }) => event === 'Last');
      // The server counts events with the same id, time and visitor as one.
      const distinct = new Set(events.map(({ properties: { $insert_id, time, distinct_id } }) => [$insert_id, time, distinct_id].join()));
      assert.deepEqual({ increments: (await site.records('engage')).length, distinct: distinct.size }, { increments: 1, distinct: 1 });
    });
  }
});
