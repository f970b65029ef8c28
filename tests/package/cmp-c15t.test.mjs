// c15t.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, catchesLies, comes, consent, faults, followsIn, survives, untouched } from './support/managers.mjs';

const name = 'c15t';
const libs = await bundledLibs({ c15t: sources.c15t });

inEngines((lab, check) => {
  followsIn(lab, check, name, { config: { reloadOnConsentRevoked: false } });
  survives(lab, check, name, ['throws', 'wrong types']);
  catchesLies(lab, check, name);

  check('c15t: it reloads the page at once when a grant is withdrawn; by then the refusal is stored', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await site.run(page => page.client.track('Seen'));
    await site.arrival('Seen');
    await site.run(page => page.client.flush());
    const before = (await site.requests()).length;
    await site.run(() => void (window.isOld = true));
    await act(site, name, 'no');
    await eventually('the page was reloaded', () => site.driver.executeScript('return !window.isOld && !!window.runInPage'));
    // No adapter, no manager: what the client says is what was stored.
    await site.start();
    const { status, source, via } = await consent(site);
    assert.deepEqual({ status, source, via }, { status: 'denied', source: 'stored', via: 'cmp:c15t' });
    await site.settled();
    assert.equal((await site.requests()).length, before);
  });

  check('c15t: what is selected counts when it is saved; reset, it asks again', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await act(site, name, 'select', true);
    await site.run(page => page.rung(1_200));
    await untouched(site, name);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await act(site, name, 'reset');
    const { status, source } = await consent(site);
    assert.deepEqual({ status, source }, { status: 'pending', source: 'default' });
  });

  for (const [what, config] of [['switched off', { enabled: false }], ['where no law asks', { offlinePolicy: { policyPacks: [] } }]]) {
    check(`c15t: ${what}, it grants by default: that is no decision`, async () => {
      const site = lab.site();
      await arrive(site, name);
      // What a client says to a default, and that it was told of nothing else.
      await site.run(page => {
        page.calls = [];
        const { client } = page;
        page.client = { ...client, get consent() { return client.consent; } };
        for (const call of ['setDefault', 'optIn', 'optOut', 'resetConsent']) page.client[call] = value => void page.calls.push([call, value]);
        page.detach();
      });
      await attach(site, name);
      await act(site, name, 'load', config);
      await eventually('the default was told', () => site.run(page => page.calls.length));
      await site.run(page => page.rung(700));
      assert.deepEqual(await site.run(page => page.calls), [['setDefault', 'granted']]);
      assert.deepEqual(await faults(site), []);
    });
  }
}, ['chromium', 'firefox'], { folders: { '/libs': libs } });
