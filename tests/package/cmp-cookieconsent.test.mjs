// vanilla-cookieconsent, and any manager that a site describes itself.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, catchesLies, comes, consent, followsIn, survives } from './support/managers.mjs';

const libs = await bundledLibs({ 'vanilla-cookieconsent': sources['vanilla-cookieconsent'] });

inEngines((lab, check) => {
  followsIn(lab, check, 'generic', { late: 5_000 });
  survives(lab, check, 'generic', ['throws', 'wrong types', 'a promise that is never kept']);

  followsIn(lab, check, 'cookieconsent');
  survives(lab, check, 'cookieconsent', ['throws', 'wrong types']);
  catchesLies(lab, check, 'cookieconsent');

  check('cookieconsent: a revision that asks again ends the grant, and collects nothing meanwhile', async () => {
    const site = lab.site();
    await arrive(site, 'cookieconsent');
    await act(site, 'cookieconsent', 'load', { revision: 1 });
    await act(site, 'cookieconsent', 'yes');
    await comes(site, 'granted');
    await arrive(site, 'cookieconsent', { first: false });
    await act(site, 'cookieconsent', 'load', { revision: 2 });
    await comes(site, 'pending');
    assert.equal((await consent(site)).source, 'default');
  });
}, ['chromium', 'firefox'], { folders: { '/libs': libs } });
