// Promise 7: nothing granted is lost when a page is left while the server is down; and what a server took is not sent again.
import assert from 'node:assert/strict';
import { arrivedOnce, comeBack, granted, names, storedEvents } from './support/burst.mjs';
import { down, onlyPages } from './support/down.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

inEngines((lab, check) => {
  for (const [how, takeDown] of down) {
    for (const where of ['another site', 'an empty page']) {
      if (how === 'nobody can be reached' && where === 'another site') continue; // nor could that site be
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
});
