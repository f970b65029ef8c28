// Promise 7 with two tabs: what one has queued when it dies is delivered by the other, once.
import assert from 'node:assert/strict';
import { noLocks } from './support/before.mjs';
import { adopted, arrivedOnce, burst, comeBack, granted, names } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { doomed, killable } from './support/kill.mjs';
import { inEngines } from './support/lab.mjs';

/** The hosts tell which tab sent. */
const first = { residency: 'eu' };
const second = { residency: 'in' };

const queueOwners = [['Web Locks', []], ['no Web Locks', [noLocks]]];

inEngines((lab, check) => {
  for (const [how, before] of queueOwners) {
    check(`${how}: the tab that lives delivers what the dead one had queued`, async () => {
      const site = lab.site();
      const kill = await doomed(lab, () => granted(site, first, { before }));
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'First', 40);
      await lab.driver.switchTo().window(lab.window);
      await comeBack(site, second, { before });
      await burst(site, 'Second', 10);
      await eventually('both were refused', async () => new Set((await site.requests()).map(({ host }) => host)).size === 2);
      await kill();
      await lab.collector.behaveWell();
      await arrivedOnce(site, [...names('First', 40), ...names('Second', 10)], adopted);
      assert.deepEqual([...new Set((await site.requests()).filter(({ status }) => status === 200).map(({ host }) => host))], ['api-in.mixpanel.com']);
    });

    // What the lease adds is seen above, and takes its time.
    if (how === 'no Web Locks') continue;

    check(`${how}: what is queued after the other tab came is taken over too`, async () => {
      const site = lab.site();
      const kill = await doomed(lab, () => granted(site, first, { before }));
      const dying = await lab.driver.getWindowHandle();
      await lab.driver.switchTo().window(lab.window);
      await comeBack(site, second, { before });
      await lab.driver.switchTo().window(dying);
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Later', 40);
      await kill();
      await lab.collector.behaveWell();
      await arrivedOnce(site, names('Later', 40), adopted);
    });
  }
}, killable);
