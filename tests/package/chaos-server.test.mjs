// Promise 7: a server that is too busy is asked again, not before the time it named, and in the end
// each event was accepted once.
import assert from 'node:assert/strict';
import { arrivedOnce, burst, granted, names, triedAsAccepted } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** Across origins a page sees no such header unless it is exposed. */
const busy = (status, after) => ({ status, headers: { 'Retry-After': after, 'Access-Control-Expose-Headers': 'Retry-After' } });

/** What a busy machine may add to a wait. */
const slack = 2_000;

inEngines((lab, check) => {
  for (const status of [503, 429]) {
    check(`${status} with Retry-After: 2, twice: nothing is sent before, whatever happens`, async () => {
      const site = lab.site();
      await granted(site);
      await lab.collector.behave(busy(status, '2'), busy(status, '2'));
      await burst(site, 'Early', 70);
      await eventually('the server refused', async () => (await site.requests()).some(one => one.outcome === 'answered'));
      // A full batch, a flush and a page in the background are no reasons to ask earlier.
      await burst(site, 'Meanwhile', 60);
      await site.run(page => {
        Object.defineProperty(Document.prototype, 'hidden', { configurable: true, value: true });
        document.dispatchEvent(new Event('visibilitychange'));
        return page.client.flush();
      });
      await arrivedOnce(site, [...names('Early', 70), ...names('Meanwhile', 60)], 20_000);
      await triedAsAccepted(site);
      const [first, second, third] = (await site.requests()).map(({ at }) => at);
      // On top of what the server asked for comes up to 2 seconds the first time and up to 4 the
      // second, so that not all pages come at once.
      for (const [wait, jitter] of [[second - first, 2_000], [third - second, 4_000]])
        assert.ok(wait >= 2_000 && wait <= 2_000 + jitter + slack, `waited ${wait} ms`);
      assert.deepEqual(await site.run(page => page.codes()), []);
    });
  }

  check('503 with a Retry-After date', async () => {
    const site = lab.site();
    await granted(site);
    const date = new Date(Date.now() + 5_000).toUTCString();
    await lab.collector.behave(busy(503, date));
    await burst(site, 'Early', 5);
    await arrivedOnce(site, names('Early', 5), 20_000);
    const [, { at }] = await site.requests();
    const late = at - Date.parse(date);
    assert.ok(late >= 0 && late <= 2_000 + slack, `${late} ms after the date`);
  });

  check('503 without Retry-After: the waits are at most 2, 4 and 8 seconds', async () => {
    const site = lab.site();
    await granted(site);
    await lab.collector.behave({ status: 503, times: 3 });
    await burst(site, 'Early', 5);
    await arrivedOnce(site, names('Early', 5), 25_000);
    const at = (await site.requests()).map(one => one.at);
    assert.equal(at.length, 4);
    for (const [number, most] of [2_000, 4_000, 8_000].entries()) {
      const wait = at[number + 1] - at[number];
      assert.ok(wait <= most + slack, `wait ${number} was ${wait} ms`);
    }
  });

  check('413 halves, and halves again', async () => {
    const site = lab.site();
    await granted(site, { batch: { flushIntervalMs: 60_000 } });
    await lab.collector.behave({ status: 413, times: 2 });
    await burst(site, 'Large', 120);
    await site.run(page => page.client.flush());
    await arrivedOnce(site, names('Large', 120));
    assert.deepEqual((await site.requests()).slice(0, 3).map(({ records }) => records.length), [50, 25, 12]);
    assert.deepEqual(await site.run(page => page.codes()), []);
  });
});
