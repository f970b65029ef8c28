// Purposes, with the managers' own libraries and a client that has some: what is chosen there decides here, what
// is stored and what leaves, purpose by purpose.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, comes as becomes, consent, faults, kept } from './support/managers.mjs';

const libs = await bundledLibs(sources);
const options = { consent: { purposes: ['advertising'] } };

const comes = (site, analytics, advertising) =>
  eventually(`analytics is ${analytics}, advertising ${advertising}`, async () => {
    const { purposes } = await consent(site);
    return purposes.analytics === analytics && purposes.advertising === advertising;
  });
/** An event of each purpose. */
const both = (site, name) =>
  site.run((page, name) => {
    page.client.track(name + ' analytics');
    page.client.track(name + ' advertising', {}, { purpose: 'advertising' });
  }, name);
const queued = site =>
  site.run(page => Object.entries(localStorage).filter(([key]) => key.includes('_q_')).map(([, text]) => text).join());
/** What the decision says of itself, of which the site keeps the record. */
const recorded = site =>
  site.run(page => {
    const { status, via, purposes, refused } = JSON.parse(localStorage.getItem(`consentry_${page.token}_record`));
    return { status, via, purposes, refused };
  });

inEngines((lab, check) => {
  for (const [name, config = {}] of [['cookieconsent'], ['klaro'], ['c15t', { reloadOnConsentRevoked: false }], ['tcf'], ['consentMode']]) {
    const via = 'cmp:' + name;

    check(`${name}: some purposes are agreed to, and what belongs to the others is nowhere, also on the next page`, async () => {
      const site = lab.site();
      await arrive(site, name, { options });
      await act(site, name, 'load', config);
      await both(site, 'Early');
      await act(site, name, 'choose', ['analytics']);
      await comes(site, 'granted', 'denied');
      assert.deepEqual(await recorded(site), { status: 'granted', via, purposes: ['analytics'], refused: ['advertising'] });
      await both(site, 'Here');
      await site.arrival('$opt_in', 'Here analytics');
      const { decidedAt } = await consent(site);
      await arrive(site, name, { first: false, options });
      await act(site, name, 'load', config);
      await site.run(page => page.rung(1_200));
      const { source, decidedAt: later, purposes } = await consent(site);
      assert.deepEqual([source, later, purposes], ['stored', decidedAt, { analytics: 'granted', advertising: 'denied' }]);
      await both(site, 'There');
      await site.arrival('There analytics');
      await site.settled();
      assert.deepEqual((await site.events()).sort(), ['$opt_in', 'Here analytics', 'There analytics']);
      assert.deepEqual(await faults(site), []);
    });

    check(`${name}: a purpose that is withdrawn takes its own records with it, and the others arrive`, async () => {
      const site = lab.site();
      await arrive(site, name, { options });
      await act(site, name, 'load', config);
      await act(site, name, 'choose', ['analytics', 'advertising']);
      await comes(site, 'granted', 'granted');
      await site.arrival('$opt_in');
      await lab.collector.behave({ status: 503, times: 0 });
      await both(site, 'Kept');
      await eventually('both are stored', async () => ['Kept analytics', 'Kept advertising'].every(async one => (await queued(site)).includes(one)));
      await act(site, name, 'choose', ['advertising']);
      await comes(site, 'denied', 'granted');
      assert.deepEqual(await recorded(site), { status: 'denied', via, purposes: ['advertising'], refused: ['analytics'] });
      const text = await queued(site);
      assert.ok(text.includes('Kept advertising') && !text.includes('Kept analytics'), text);
      await lab.collector.behaveWell();
      await site.arrival('Kept advertising');
      await both(site, 'After');
      await site.arrival('After advertising');
      await act(site, name, 'choose', []);
      await comes(site, 'denied', 'denied');
      const before = (await site.requests()).length;
      await both(site, 'Refused');
      await site.settled();
      assert.equal((await site.requests()).length, before);
      assert.deepEqual((await kept(site, name)).filter(key => !/^(__mp_opt_in_out_.*|consentry_.*_(record|history))$/.test(key)), []);
      assert.deepEqual((await site.events()).sort(), ['$opt_in', 'After advertising', 'Kept advertising']);
    });
  }

  check('gpp: an opt-out takes the purposes that its table names out of what the visitor granted', async () => {
    const table = { analytics: 'SensitiveDataProcessing', advertising: ['SaleOptOut', 'SharingOptOut'] };
    const rows = [
      ['SaleOptOut', 1, {}, 'granted', 'denied'],
      ['TargetedAdvertisingOptOut', 1, {}, 'granted', 'denied'],
      ['TargetedAdvertisingOptOut', 1, { purposes: table }, 'granted', 'granted'],
      ['SharingOptOut', 1, { purposes: table }, 'granted', 'denied'],
      ['SensitiveDataProcessing', [2, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], { purposes: table }, 'denied', 'granted'],
      ['SaleOptOut', 1, { usOptOutCovers: ['analytics', 'advertising'] }, 'denied', 'denied'],
    ];
    for (const [field, value, more, analytics, advertising] of rows) {
      const site = lab.site();
      await site.open();
      await site.start(options);
      await site.run(page => void page.client.optIn());
      await arrive(site, 'gpp', { first: false, options, more });
      await act(site, 'gpp', 'load', { sections: [['usnat', field, value]] });
      if (analytics === 'granted' && advertising === 'granted') await site.run(page => page.rung(500));
      await comes(site, analytics, advertising);
      await both(site, field);
      for (const [purpose, status] of [['analytics', analytics], ['advertising', advertising]])
        if (status === 'granted') await site.arrival(`${field} ${purpose}`);
      await site.settled();
      assert.equal((await site.events()).filter(event => event.startsWith(field)).length, [analytics, advertising].filter(status => status === 'granted').length);
      assert.deepEqual(await faults(site), []);
    }
  });

  check('gpp: a field that does not exist refuses by saying so, and where nothing was granted all is refused', async () => {
    const site = lab.site();
    await arrive(site, 'gpp', { options, more: { purposes: { analytics: 'SalesOptedOut' } } });
    await act(site, 'gpp', 'load', { sections: [['usnat', 'SaleOptOut', 2]] });
    await eventually('it was told', async () => (await faults(site)).length);
    assert.deepEqual(await faults(site), ['cmp_failed gpp: it knows no SalesOptedOut']);
    const other = lab.site();
    await arrive(other, 'gpp', { options: { consent: { ...options.consent, default: 'granted' } } });
    await act(other, 'gpp', 'load', { sections: [['usnat', 'SaleOptOut', 1]] });
    await becomes(other, 'denied');
    assert.deepEqual(Object.values((await consent(other)).purposes), ['denied', 'denied']);
  });
}, undefined, { folders: { '/libs': libs } });
