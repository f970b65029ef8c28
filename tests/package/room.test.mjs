// Promise 7 where much is stored: the origin's storage is the site's, and what many pages left is
// joined.
import assert from 'node:assert/strict';
import { granted, storedEvents } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** Events of some kB, thirty a task so that none waits long. */
const large = async (page, name, count) => {
  const filler = Object.fromEntries(Array.from({ length: 16 }, (_, at) => ['p' + at, 'x'.repeat(250)]));
  for (let i = 0; i < count; i++) {
    page.client.track(`${name} ${i}`, filler);
    if (i % 30 === 29) await page.rung(20);
  }
  await page.rung(200);
};

inEngines((lab, check) => {
  check('three tabs with events of some kB while the server is down leave the site its room, and every loss is told', async () => {
    const site = lab.site();
    await lab.collector.behave({ status: 503, times: 0 });
    await granted(site);
    const dropped = [];
    for (const name of ['First', 'Second', 'Third']) {
      if (name !== 'First') {
        await site.openTab();
        await site.start();
      }
      await site.run(large, name, 330);
      const taken = await site.run(() => {
        try {
          localStorage.setItem('site', 'x'.repeat(100_000));
          return true;
        } catch {
          return false;
        }
      });
      assert.ok(taken, 'the site has room beside ' + name);
      const errors = await site.run(page => page.errors.map(({ code, dropped }) => [code, dropped]));
      assert.deepEqual(errors.filter(([code]) => code !== 'queue_full'), []);
      dropped.push(...errors.map(([, dropped]) => dropped));
    }
    const lost = dropped.reduce((sum, count) => sum + count, 0);
    assert.ok(lost > 0, 'more than there is room for');
    const stored = await storedEvents(site);
    assert.equal(stored.length, new Set(stored).size);
    assert.equal(stored.length + lost, 990, 'each is stored or was told');
  });

  check('150 pages behind a blocker left a queue each: all arrive, and while none does they are few', async () => {
    const site = lab.site();
    await lab.collector.behave({ reset: true, times: 0 });
    await granted(site);
    await site.run(page => page.client.track('Model'));
    await site.settled();
    // As that page stores it, under the number of another.
    await site.driver.executeScript(`
      const prefix = 'consentry_${site.token}_q_';
      const [key] = Object.keys(localStorage).filter(key => key.startsWith(prefix) && !key.includes('wait'));
      const sum = text => [...text].reduce((sum, char) => Math.imul(sum ^ char.charCodeAt(), 0x01000193), 0x811c9dc5) >>> 0;
      const model = localStorage.getItem(key).split('\\n').slice(1).join('\\n');
      for (let number = 1; number <= 150; number++) {
        const text = model.replace('Model', 'Left ' + number).replace(/"\\$insert_id":"[^"]*/, '$&' + number);
        localStorage.setItem(prefix + number + '_1', sum(text) + '\\n' + text);
      }`);
    await site.reload();
    await site.start();
    const queues = () =>
      site.run((page, token) => new Set(Object.keys(localStorage).map(key => key.split('_q_')[1]?.split('_')).filter(parts => parts?.[1]).map(([queue]) => queue)).size, site.token);
    await eventually('the queues are few', async () => (await queues()) < 12, 40_000);
    await lab.collector.behaveWell();
    await eventually('all arrived', async () => new Set(await site.events()).size === 151, 40_000);
  });
});
