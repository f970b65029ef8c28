// A default that comes late: whether the law here asks for consent is known only after the page has begun.
import assert from 'node:assert/strict';
import { noWebAssembly, spies } from './support/before.mjs';
import { inEngines } from './support/lab.mjs';

const slim = { entry: '/pkg/slim.js' };
const init = site => site.run(page => page.rest.init('/pkg/consentry.wasm'));
const hold = { consent: { beforeDecision: 'hold' } };
/** The keys of a decision that are there. */
const decided = site => site.run(page => [...Object.keys(localStorage), ...document.cookie.split('; ')].filter(key => /opt_in_out|_record/.test(key)));

inEngines((lab, check) => {
  check('before it is known nothing is stored or sent, and then what was held is, without $opt_in', async () => {
    const site = lab.site();
    await site.open({ before: [spies] });
    await site.start(hold);
    await site.run(page => page.client.track('Early'));
    await site.settled();
    assert.deepEqual(await site.run(page => [seen.filter(name => name !== 'fetch'), page.kept()]), [[], {}]);
    assert.deepEqual(await site.requests(), []);
    const consent = await site.run(page => page.client.setDefault('granted'));
    assert.deepEqual(consent, { status: 'granted', source: 'default', persisted: false, purposes: { analytics: 'granted' } });
    await site.arrival('Early');
    await site.settled();
    assert.deepEqual(await site.events(), ['Early']);
    assert.deepEqual(await decided(site), []);
    assert.deepEqual(await site.run(page => page.changes), [{ before: 'pending', after: 'granted', source: 'default' }]);
    // The next page has to be told again.
    await site.reload();
    await site.start();
    assert.equal(await site.run(page => page.client.consent.status), 'pending');
  });

  check('said before the wasm has arrived it holds at once, and what is tracked from then on arrives', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    await site.run(page => {
      page.client.track('Before');
      page.client.setDefault('granted');
      page.client.track('After');
    });
    assert.deepEqual(await site.run(page => page.client.consent), { status: 'granted', source: 'default', persisted: false, purposes: { analytics: 'granted' } });
    assert.deepEqual(await site.run(page => page.kept()), {}, 'the shell stores nothing');
    await init(site);
    await site.arrival('After');
    await site.settled();
    assert.deepEqual(await site.events(), ['After']);
    assert.deepEqual(await decided(site), []);
    assert.equal((await site.run(page => page.changes)).length, 1, 'and it is told once');
  });

  check('a decision before and after it stands, also where the wasm comes late', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    assert.equal(await site.run(page => (page.client.optOut(), page.client.setDefault('granted')).status), 'denied');
    await init(site);
    assert.equal(await site.run(page => page.client.setDefault('granted').status), 'denied');
    // When it is forgotten the default speaks.
    assert.equal(await site.run(page => page.client.resetConsent().status), 'granted');
  });

  check('where it grants no more, what is under way is aborted, and the rest waits for a default that grants', async () => {
    const site = lab.site();
    await site.open();
    await site.start({ consent: { regime: 'none' }, batch: { flushIntervalMs: 60_000 } });
    await site.run(page => {
      page.client.track('Waits');
      page.client.setDefault('denied');
      page.client.track('Never');
    });
    assert.deepEqual(await site.run(async page => (await page.client.flush()).sent), 0);
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    await site.run(page => void page.client.setDefault('granted'));
    await site.run(async page => void (await page.client.flush()));
    await site.arrival('Waits');
    assert.deepEqual(await site.events(), ['Waits']);
  });

  check('without WebAssembly the shell answers', async () => {
    const site = lab.site();
    await site.open({ before: [noWebAssembly] });
    await site.start({ consent: { regime: 'opt-in' } });
    assert.equal(await site.run(page => page.client.ready), false);
    assert.deepEqual(await site.run(page => ['granted', 'denied', 'pending'].map(status => page.client.setDefault(status).status)), ['granted', 'denied', 'pending']);
    assert.deepEqual(await site.run(page => page.kept()), {});
  });

  check('what is no status is reported, and changes nothing', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    const statuses = await site.run(async page => {
      const said = ['yes', '', undefined, null, 0, {}, ['granted'], 'Granted'].map(value => page.client.setDefault(value).status);
      await page.rung(0);
      return said;
    });
    assert.deepEqual([...new Set(statuses)], ['pending']);
    assert.deepEqual(await site.run(page => page.errors.map(({ code, about }) => code + ' ' + about)), ['invalid_argument setDefault']);
  });
});
