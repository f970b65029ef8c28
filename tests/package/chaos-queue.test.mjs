// Promise 7: nothing granted is lost, whatever happens to the page and the server; and what a server took is not sent again.
import assert from 'node:assert/strict';
import { arrivedOnce, burst, comeBack, granted, names, storedEvents, triedAsAccepted } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { doomed, killable } from './support/kill.mjs';
import { inEngines } from './support/lab.mjs';

const down = [
  ['every connection is reset', ({ collector }) => collector.behave({ reset: true, times: 0 })],
  ['every answer is 503', ({ collector }) => collector.behave({ status: 503, times: 0 })],
  ['nobody can be reached', ({ line }) => line.cut()],
];

/** Pages can be had again, but nothing is taken yet: what was still on its way when its page died or was left comes to nothing first. */
async function onlyPages({ collector, line }) {
  if (!line.isCut()) return;
  await collector.behave({ reset: true, times: 0 });
  await line.mend();
}

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
}, killable);

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
