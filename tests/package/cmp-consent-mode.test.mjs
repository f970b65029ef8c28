// Google Consent Mode: read, and written.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, calls, comes, consent, defaults, faults, followsIn, listen, survives, untouched } from './support/managers.mjs';

const name = 'consentMode';
const granted = { analytics_storage: 'granted' };
const state = said => Object.fromEntries(['analytics_storage', 'functionality_storage', 'personalization_storage', 'ad_storage', 'ad_user_data', 'ad_personalization'].map(key => [key, said]));
const entries = site => act(site, name, 'entries');

inEngines((lab, check) => {
  followsIn(lab, check, name);
  survives(lab, check, name, ['wrong types']);
  defaults(lab, check, name, 'without an update', { first: granted }, 'granted');
  defaults(lab, check, name, 'without an update, and denied', { first: { analytics_storage: 'denied' } }, 'denied');

  check('consentMode: a default that waits for an update stays pending without one; an unset signal says nothing', async () => {
    for (const first of [{ ...granted, wait_for_update: 300 }, { ad_storage: 'granted' }]) {
      const site = lab.site();
      await arrive(site, name);
      await act(site, name, 'load', { first });
      await site.run(page => page.rung(1_500));
      await untouched(site, name);
      assert.deepEqual(await faults(site), []);
    }
  });

  check('consentMode: a default for a region counts where the site says it is there; the most exact wins', async () => {
    for (const [region, said] of [[undefined, 'granted'], ['ES', 'denied'], ['ES-CT', 'granted'], ['US', 'granted']]) {
      const site = lab.site();
      await arrive(site, name);
      await listen(site);
      await act(site, name, 'load', { first: granted });
      await act(site, name, 'say', 'default', { analytics_storage: 'granted', region: ['ES-CT'] });
      await act(site, name, 'say', 'default', { analytics_storage: 'denied', region: ['ES'] });
      await attach(site, name, { region });
      await eventually('it was told', async () => (await calls(site)).length);
      await site.run(page => page.rung(300));
      assert.deepEqual(await calls(site), [['setDefault', said]], region);
    }
  });

  check('consentMode: updates are no decisions where the site says so', async () => {
    const site = lab.site();
    await arrive(site, name);
    await listen(site);
    await attach(site, name, { updatesAreDecisions: false });
    await act(site, name, 'load', { first: null });
    await act(site, name, 'yes');
    await eventually('it was told', async () => (await calls(site)).length);
    assert.deepEqual(await calls(site), [['setDefault', 'granted']]);
  });

  check('consentMode: written, it says the default before, and one update for each decision', async () => {
    const site = lab.site();
    await arrive(site, name, { more: { mode: 'write', waitForUpdate: 800 } });
    assert.deepEqual(await entries(site), [['default', { ...state('denied'), security_storage: 'granted', wait_for_update: 800 }]]);
    await site.run(page => void page.client.optIn());
    await site.run(page => void page.client.optIn());
    const first = await entries(site);
    assert.deepEqual(first.slice(1), [['update', { ...state('denied'), analytics_storage: 'granted' }]]);
    await site.run(page => void page.client.optOut());
    assert.deepEqual((await entries(site)).slice(2), [['update', state('denied')]]);
    await site.run(page => {
      page.detach();
      page.client.optIn();
    });
    assert.equal((await entries(site)).length, 3);
    assert.deepEqual(await faults(site), []);
  });

  check('consentMode: written twice it is said once, and a refusal of before ends the waiting of tags', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    await site.run(page => void page.client.optOut());
    await attach(site, name, { mode: 'write' });
    assert.deepEqual((await entries(site)).slice(1), [['update', state('denied')]]);
    await attach(site, name, { mode: 'write' });
    const before = (await entries(site)).length;
    await site.run(page => void page.client.optIn());
    assert.equal((await entries(site)).length, before + 1);
  });

  check('consentMode: written on a page where the visitor agreed before, the update is there at once', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    await site.run(page => void page.client.optIn());
    await site.reload();
    await site.start();
    await attach(site, name, { mode: 'write' });
    assert.deepEqual((await entries(site)).map(([command]) => command), ['default', 'update']);
  });

  for (const more of [{ mode: 'both' }, { mirror: true }]) check(`consentMode: both ways (${Object.keys(more)}), it does not hear itself, nor say what it hears`, async () => {
    const site = lab.site();
    await arrive(site, name, { more });
    await untouched(site, name);
    await site.run(page => void page.client.optIn());
    await site.run(page => page.rung(300));
    assert.deepEqual((await entries(site)).map(([command]) => command), ['default', 'update']);
    await act(site, name, 'say', 'update', state('denied'));
    await comes(site, 'denied');
    await site.run(page => page.rung(300));
    assert.deepEqual((await entries(site)).map(([command]) => command), ['default', 'update', 'update']);
    // Forgotten here, it is said as denied, and is no refusal.
    await act(site, name, 'say', 'update', state('granted'));
    await comes(site, 'granted');
    await site.run(page => void page.client.resetConsent());
    await site.run(page => page.rung(300));
    assert.deepEqual((await entries(site)).slice(3), [['update', state('granted')], ['update', { analytics_storage: 'denied' }]]);
    assert.equal((await consent(site)).status, 'pending');
    assert.deepEqual(await faults(site), []);
  });

  check('consentMode: detached, it leaves the data layer as it was', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await site.run(page => page.rung(1_200));
    const own = () => window.dataLayer.push === Array.prototype.push;
    assert.equal(await site.run(own), false);
    await site.run(page => page.detach());
    assert.equal(await site.run(own), true);
  });
}, ['chromium', 'firefox']);
