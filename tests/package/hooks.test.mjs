// Promise 2 where the page has its say on the way out: a hook may refuse, and it may fail.
import assert from 'node:assert/strict';
import { inEngines } from './support/lab.mjs';

/** How many requests start once the visitor has refused out of a hook, and what is so then. */
const refusing = (site, hook, options) =>
  site.run(
    async (page, hook, options) => {
      let refused = false;
      let starts = 0;
      const real = window.fetch;
      window.fetch = (...values) => {
        starts += refused;
        return real(...values);
      };
      const refuse = said => {
        page.client.optOut();
        refused = true;
        return said;
      };
      page.start({ hooks: { [hook]: refuse } });
      page.client.optIn({ event: false });
      page.client.track('Never', {}, options);
      await page.client.flush();
      return { refused, starts, status: page.client.consent.status };
    },
    hook,
    options,
  );

inEngines((lab, check) => {
  for (const hook of ['beforeSend', 'beforeTrack']) {
    for (const immediately of [false, true]) {
      check(`an opt-out in ${hook} is followed by no request${immediately ? ', of a record alone either' : ''}`, async () => {
        const site = lab.site();
        await site.open();
        assert.deepEqual(await refusing(site, hook, { immediately }), { refused: true, starts: 0, status: 'denied' });
        await site.settled();
        assert.deepEqual(await site.requests(), []);
      });
    }
  }

  check('a record alone is under way when the call returns, with a hook too', async () => {
    const site = lab.site();
    await site.open();
    const started = await site.run(page => {
      let started = 0;
      const real = window.fetch;
      window.fetch = (...values) => ((started += 1), real(...values));
      page.start({ hooks: { beforeSend: record => record } });
      page.client.optIn({ event: false });
      page.client.track('Alone', {}, { immediately: true });
      return started;
    });
    assert.equal(started, 1);
    await site.arrival('Alone');
  });

  check('hooks that throw or answer nonsense change nothing and break nothing', async () => {
    const site = lab.site();
    await site.open();
    await site.run(page => {
      const fail = () => {
        throw new Error('a hook of the page');
      };
      page.start({ hooks: { beforeTrack: fail, beforeSend: fail }, propertyBlacklist: ['secret'] });
      page.client.optIn({ event: false });
      page.client.track('Kept', { secret: 1 });
      page.client.setOptions({ hooks: { beforeTrack: () => ({}), beforeSend: () => 7 } });
      page.client.track('Nameless');
      page.client.setOptions({ hooks: { beforeTrack: said => ({ ...said, properties: { secret: 2, own: 1 } }), beforeSend: record => ({ ...record, properties: { ...record.properties, secret: 3 } }) } });
      page.client.track('Changed');
      return page.client.flush();
    });
    await site.arrival('Changed');
    for (const record of await site.records('track')) assert.equal(record.properties.secret, undefined, record.event);
    assert.ok((await site.events()).includes('Kept'));
  });
});
