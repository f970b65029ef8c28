// Klaro.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, catchesLies, comes, consent, followsIn, survives, untouched } from './support/managers.mjs';

const name = 'klaro';
const libs = await bundledLibs({ klaro: sources.klaro });

inEngines((lab, check) => {
  followsIn(lab, check, name);
  survives(lab, check, name, ['throws', 'wrong types']);
  catchesLies(lab, check, name);

  check('klaro: a switch that is moved counts when it is saved', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await act(site, name, 'toggle', true);
    await site.run(page => page.rung(1_200));
    await untouched(site, name);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await act(site, name, 'toggle', false);
    await site.run(page => page.detach());
    await attach(site, name);
    await site.run(page => page.rung(300));
    assert.equal((await consent(site)).status, 'granted');
  });

  check('klaro: reset, it asks again', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await act(site, name, 'reset');
    const { status, source } = await consent(site);
    assert.deepEqual({ status, source }, { status: 'pending', source: 'default' });
  });

  check('klaro: a service that is new is asked for again', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await arrive(site, name, { first: false });
    await act(site, name, 'load', { services: [{ name: 'mixpanel', purposes: ['analytics'] }, { name: 'new', purposes: ['analytics'] }] });
    await comes(site, 'pending');
  });
}, ['chromium', 'firefox'], { folders: { '/libs': libs } });
