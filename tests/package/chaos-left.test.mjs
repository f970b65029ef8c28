// Promise 7: nothing granted is lost when a page is left while the server is down; and what a
// server took is not sent again.
import assert from 'node:assert/strict';
import { arrivedOnce, comeBack, granted, names, storedEvents } from './support/burst.mjs';
import { down, onlyPages } from './support/down.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

inEngines((lab, check) => {
  for (const [how, takeDown] of down) {
    for (const where of ['another site', 'an empty page']) {
      // nor could that site be
      if (how === 'nobody can be reached' && where === 'another site') continue;
      check(`20 events and in the same task away to ${where}, ${how}`, async () => {
        const site = lab.site();
        await granted(site);
        const elsewhere = where === 'another site' ? lab.site().page() : 'about:blank';
        await takeDown(lab);
        await site.driver.executeScript(`
          // After the answer to this call has been given.
          setTimeout(() => {
            for (let i = 0; i < 20; i++) page.client.track('Last ' + i);
            location.assign(arguments[0]);
          });`, elsewhere);
        await eventually('the page is left', async () => (await lab.driver.getCurrentUrl()) === elsewhere);
        await onlyPages(lab);
        assert.deepEqual(await storedEvents(site), names('Last', 20).sort());
        await lab.collector.behaveWell();
        await comeBack(site);
        await arrivedOnce(site, names('Last', 20));
      });
    }
  }
}, undefined, { line: true });
