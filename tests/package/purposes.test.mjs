// Purposes: each has a status of its own, and what belongs to one that is not granted is nowhere.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { noWebAssembly } from './support/before.mjs';
import { inEngines } from './support/lab.mjs';

const options = { consent: { purposes: ['functional'] } };
const slim = { entry: '/pkg/slim.js' };
const init = site => site.run(page => page.rest.init('/pkg/consentry.wasm'));
const statuses = site => site.run(page => page.client.consent.purposes);
const flag = site => site.run(page => localStorage.getItem('__mp_opt_in_out_' + page.token));
/** An event of each purpose. */
const both = (site, name) =>
  site.run((page, name) => {
    page.client.track(name + ' analytics');
    page.client.track(name + ' functional', {}, { purpose: 'functional' });
  }, name);

inEngines((lab, check) => {
  check('functional granted, analytics denied: the flag is 0, and only what is functional arrives, also from the next page', async () => {
    const site = lab.site();
    await site.open();
    await site.start(options);
    const { status, purposes, persisted } = await site.run(page => page.client.optIn({ purposes: ['functional'], via: 'banner' }));
    assert.deepEqual([status, purposes, persisted], ['denied', { analytics: 'denied', functional: 'granted' }, true]);
    assert.equal(await flag(site), '0');
    await both(site, 'Here');
    await site.arrival('Here functional');
    await site.reload();
    await site.start(options);
    assert.deepEqual(await statuses(site), { analytics: 'denied', functional: 'granted' });
    await both(site, 'There');
    await site.arrival('There functional');
    await site.settled();
    assert.deepEqual((await site.events()).sort(), ['Here functional', 'There functional'], 'and no $opt_in');
  });

  check('profiles and groups have purposes too, and what is no purpose is not recorded', async () => {
    const site = lab.site();
    await site.open();
    await site.start(options);
    await site.run(async page => {
      const { client } = page;
      const functional = { purpose: 'functional' };
      client.optIn({ purposes: ['functional'] });
      client.identify('user-1');
      client.people.set({ whole: 1 }, functional);
      client.people.set('one', 1, functional);
      client.people.set('not', 1);
      client.people.increment('counts', 2, functional);
      client.group('company', 'x').unset(['a'], functional);
      client.group('company', 'x').unset(['b']);
      client.track('Unknown', {}, { purpose: 'advertising' });
      client.people.set('unknown', 1, { purpose: 'toString' });
      client.track('End', {}, functional);
      await client.flush();
    });
    await site.arrival('End');
    await site.settled();
    const updates = [...(await site.records('engage')), ...(await site.records('groups'))];
    assert.deepEqual(updates.map(one => one.$set ?? one.$add ?? one.$unset), [{ whole: 1 }, { one: 1 }, { counts: 2 }, ['a']]);
    assert.deepEqual(await site.run(page => page.errors.map(({ code, about }) => code + ' ' + about)), ['invalid_argument track', 'invalid_argument people']);
  });

  check('one that is withdrawn in another tab: its records go, and the others arrive', async () => {
    const site = lab.site();
    await site.open();
    await site.start(options);
    await lab.collector.behave({ status: 503, times: 0 }); // a tab that is hidden sends what it has
    await site.run(page => void page.client.optIn({ event: false }));
    await both(site, 'First');
    const { toFirst, toSecond } = await site.openTab();
    await site.start(options);
    await site.run(page => void page.client.optIn({ purposes: ['functional'] }));
    const queued = () => site.run(page => Object.keys(localStorage).filter(key => key.includes('_q_')).map(key => localStorage.getItem(key)).join());
    await eventually('one is left in the queue', async () => {
      const text = await queued();
      return text.includes('First functional') && !text.includes('First analytics');
    });
    await toFirst();
    assert.deepEqual(await statuses(site), { analytics: 'denied', functional: 'granted' });
    await lab.collector.behaveWell();
    await site.arrival('First functional');
    await toSecond();
    await site.settled();
    assert.deepEqual(await site.events(), ['First functional']);
  });

  check('before the wasm has arrived the shell goes by the same rules', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start(options);
    assert.deepEqual(await site.run(page => page.client.optIn({ purposes: ['analytics'] }).purposes), { analytics: 'granted', functional: 'denied' });
    assert.deepEqual(await site.run(page => page.client.optIn({ purposes: ['functional'] }).purposes), { analytics: 'denied', functional: 'granted' });
    assert.equal(await flag(site), '0');
    await both(site, 'Early');
    const early = await site.run(page => page.client.consent);
    await init(site);
    await site.arrival('Early functional');
    assert.deepEqual(await site.run(page => page.client.consent.purposes), early.purposes);
    await site.settled();
    assert.deepEqual(await site.events(), ['Early functional']);
  });

  check('without WebAssembly a choice of purposes is kept, and read by a page with it', async () => {
    const site = lab.site();
    await site.open({ before: [noWebAssembly] });
    await site.start(options);
    assert.equal(await site.run(page => page.client.ready), false);
    for (const purposes of [['functional'], ['analytics'], ['functional', 'analytics'], []]) {
      const said = await site.run((page, purposes) => page.client.optIn({ purposes }).purposes, purposes);
      const expected = Object.fromEntries(['analytics', 'functional'].map(name => [name, purposes.includes(name) ? 'granted' : 'denied']));
      assert.deepEqual(said, expected);
    }
    await site.run(page => void page.client.optIn({ purposes: ['functional'] }));
    await site.open();
    await site.start(options);
    assert.deepEqual(await statuses(site), { analytics: 'denied', functional: 'granted' });
  });

  check('purposes that cannot be read grant nothing', async () => {
    const site = lab.site();
    for (const entry of ['/pkg/index.js', '/pkg/slim.js']) {
      await site.open({ entry });
      await site.start(options);
      const said = await site.run(page => ['functional', 1, {}, [1], ['a"b'], true].map(purposes => page.client.optIn({ purposes }).status));
      assert.deepEqual([...new Set(said)], ['pending']);
    }
  });
});
