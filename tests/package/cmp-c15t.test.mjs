// c15t.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, catchesLies, comes, consent, defaults, followsIn, survives, untouched } from './support/managers.mjs';

const name = 'c15t';
const libs = await bundledLibs({ c15t: sources.c15t });

inEngines((lab, check) => {
  followsIn(lab, check, name, { config: { reloadOnConsentRevoked: false }, isSynchronous: false });
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

  defaults(lab, check, name, 'switched off', { enabled: false }, 'granted');
  defaults(lab, check, name, 'where no law asks', { offlinePolicy: { policyPacks: [] } }, 'granted');
}, ['chromium', 'firefox'], { folders: { '/libs': libs } });
