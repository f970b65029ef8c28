// Promise 7: nothing granted is lost when the process of a page dies; and what a server took is not
// sent again.
import assert from 'node:assert/strict';
import { arrivedOnce, burst, comeBack, granted, names, storedEvents, triedAsAccepted } from './support/burst.mjs';
import { down, onlyPages } from './support/down.mjs';
import { eventually } from './support/eventually.mjs';
import { doomed, killable } from './support/kill.mjs';
import { inEngines } from './support/lab.mjs';

inEngines((lab, check) => {
  check('120 events while every answer is 503, and the process of the page dies', async () => {
    const site = lab.site();
    const kill = await doomed(lab, () => granted(site));
    await lab.collector.behave({ status: 503, times: 0 });
    await burst(site, 'Before', 120);
    await eventually('the server refused', async () => (await site.requests()).some(({ status }) => status === 503));
    await kill();
    assert.deepEqual(await site.events(), []);
    await lab.collector.behaveWell();
    await comeBack(site);
    await arrivedOnce(site, names('Before', 120));
    await triedAsAccepted(site);
    await comeBack(site);
    await arrivedOnce(site, names('Before', 120));
    assert.deepEqual(await storedEvents(site), []);
  });

  for (const [how, takeDown] of down) {
    check(`20 events, ${how}, and the process dies right after the call`, async () => {
      const site = lab.site();
      const kill = await doomed(lab, () => granted(site));
      await takeDown(lab);
      await site.driver.executeScript("for (let i = 0; i < 20; i++) page.client.track('Last ' + i)");
      await kill();
      await onlyPages(lab);
      assert.deepEqual(await storedEvents(site), names('Last', 20).sort());
      await lab.collector.behaveWell();
      await comeBack(site);
      await arrivedOnce(site, names('Last', 20));
    });
  }
}, killable, { line: true });

// Chromium's driver does nothing with a page that hangs, not even crash it.
inEngines((lab, check) => {
  check('20 events, the page hangs for ever in its next task, and the process dies', async () => {
    const site = lab.site();
    const kill = await doomed(lab, () => granted(site));
    await lab.collector.behave({ reset: true, times: 0 });
    await site.driver.executeScript(`setTimeout(() => {
      for (let i = 0; i < 20; i++) page.client.track('Last ' + i);
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { for (;;); };
      channel.port2.postMessage(0);
    });`);
    await kill();
    assert.deepEqual(await storedEvents(site), names('Last', 20).sort());
  });
}, ['firefox'], { line: true });
