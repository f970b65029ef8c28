// IAB GPP, with the IAB's own library. It never grants.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { globalPrivacyControl } from './support/before.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, calls, comes, consent, faults, listen, survives, untouched } from './support/managers.mjs';

const name = 'gpp';
const libs = await bundledLibs({ gpp: sources.gpp });
const all = { usOptOutCovers: ['advertising', 'analytics'] };

inEngines((lab, check) => {
  survives(lab, check, name, ['throws', 'wrong types']);

  check('gpp: absent, late, and with no opt-out it grants nothing', async () => {
    const site = lab.site();
    await arrive(site, name, { more: all });
    await site.run(page => page.rung(1_500));
    await untouched(site, name);
    await act(site, name, 'load', { sections: [['usnat', 'SaleOptOut', 2], ['usnat', 'SharingOptOut', 2], ['usnat', 'TargetedAdvertisingOptOut', 2]] });
    await site.run(page => page.rung(1_200));
    await untouched(site, name);
    assert.deepEqual(await faults(site), []);
  });

  for (const [prefix, id, field] of [['usnat', 7, 'SaleOptOut'], ['usnat', 7, 'SharingOptOut'], ['usca', 8, 'SharingOptOut'], ['usva', 9, 'TargetedAdvertisingOptOut']]) {
    check(`gpp: ${field} of ${prefix} covers analytics where the site says so`, async () => {
      const site = lab.site();
      await arrive(site, name, { more: all });
      await act(site, name, 'load', { sections: [[prefix, field, 1]], applicable: [id] });
      await comes(site, 'denied');
      assert.equal((await consent(site)).via, 'cmp:gpp');
      const other = lab.site();
      await arrive(other, name);
      await act(other, name, 'load', { sections: [[prefix, field, 1]], applicable: [id] });
      await other.run(page => page.rung(1_200));
      await untouched(other, name);
    });
  }

  check('gpp: an opt-out holds when the signal is ready, and taken back it is the default again, no opt-in', async () => {
    const site = lab.site();
    await arrive(site, name, { more: all, options: { consent: { default: 'granted' } } });
    await act(site, name, 'load', { sections: [['usca', 'SaleOptOut', 2]], applicable: [8] });
    await site.run(page => page.rung(1_200));
    assert.equal((await consent(site)).source, 'default');
    await act(site, name, 'set', 'usca', 'SaleOptOut', 1, { ready: false });
    assert.equal((await consent(site)).status, 'granted');
    await act(site, name, 'ready');
    assert.equal((await consent(site)).status, 'denied');
    await act(site, name, 'storm');
    await act(site, name, 'set', 'usca', 'SaleOptOut', 2);
    await comes(site, 'granted');
    const { source } = await consent(site);
    assert.equal(source, 'default');
    await site.run(page => page.client.track('Seen'));
    await site.arrival('Seen');
    assert.ok(!(await site.events()).includes('$opt_in'));
    await site.run(page => page.detach());
    await act(site, name, 'set', 'usca', 'SaleOptOut', 1);
    assert.equal((await consent(site)).status, 'granted');
  });

  check('gpp: sections that do not apply, and none that applies, say nothing', async () => {
    for (const applicable of [[8], [-1], [0], []]) {
      const site = lab.site();
      await arrive(site, name, { more: all });
      await act(site, name, 'load', { sections: [['usnat', 'SaleOptOut', 1]], applicable });
      await site.run(page => page.rung(1_200));
      await untouched(site, name);
      assert.deepEqual(await faults(site), []);
    }
  });

  check('gpp: sections in parts, the old text of the US, and the signal that the browser gives already', async () => {
    const rows = [
      [{ parsedSections: { usnat: [{ SaleOptOut: 0 }, { Gpc: true }] } }, [], 'denied'],
      [{ parsedSections: { usnat: [{ SaleOptOut: 1 }] } }, [], 'denied'],
      [{ applicableSections: [6], supportedAPIs: ['6:uspv1'], parsedSections: { uspv1: { OptOutSale: 'Y' } } }, [], 'denied'],
      [{ applicableSections: [6], supportedAPIs: ['6:uspv1'], parsedSections: { uspv1: '1YYN' } }, [], 'denied'],
      [{ applicableSections: [6], supportedAPIs: ['6:uspv1'], parsedSections: { uspv1: '1---' } }, [], 'pending'],
      [{ parsedSections: { usnat: [{ SaleOptOut: 2 }, { Gpc: true }] } }, [globalPrivacyControl], 'pending'],
    ];
    for (const [data, before, status] of rows) {
      const site = lab.site();
      await site.open({ before });
      await site.start({ consent: { gpc: 'ignore' } });
      await act(site, name, 'stand', data);
      await attach(site, name, all);
      await site.run(page => page.rung(300));
      assert.equal((await consent(site)).status, status, JSON.stringify(data));
    }
  });

  check('gpp: purpose by purpose: what the visitor granted otherwise stays', async () => {
    const site = lab.site();
    await arrive(site, name);
    await listen(site, { analytics: 'granted', advertising: 'granted' });
    await site.run(page => page.say({ source: 'stored', decidedAt: 1 }));
    await attach(site, name);
    await act(site, name, 'load', { sections: [['usnat', 'SaleOptOut', 1]] });
    await eventually('it was told', async () => (await calls(site)).length);
    assert.deepEqual(await calls(site), [['optIn', { via: 'cmp:gpp', purposes: ['analytics'] }]]);
  });
}, ['chromium', 'firefox'], { folders: { '/libs': libs } });
