// The managers that are on no registry, against stand-ins made from their documentation.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, catchesLies, comes, consent, defaults, faults, followsIn, kept, survives, untouched } from './support/managers.mjs';

inEngines((lab, check) => {
  for (const name of ['oneTrust', 'cookiebot', 'didomi', 'usercentrics']) {
    followsIn(lab, check, name);
    survives(lab, check, name, ['throws', 'wrong types']);
    catchesLies(lab, check, name);
  }
  followsIn(lab, check, 'usercentrics2', { via: 'cmp:usercentrics' });
  survives(lab, check, 'usercentrics2', ['throws', 'wrong types'], 'usercentrics');
  catchesLies(lab, check, 'usercentrics2');
  survives(lab, check, 'usercentrics', ['a promise that is never kept']);

  defaults(lab, check, 'oneTrust', 'where no banner is shown', { shown: false, active: ['C0001', 'C0002'] }, 'granted');
  defaults(lab, check, 'oneTrust', 'where no banner is shown and analytics is off', { shown: false, active: ['C0001'] }, 'denied');
  defaults(lab, check, 'oneTrust', 'where the visitor may opt out', { model: 'opt-out' }, 'granted');
  defaults(lab, check, 'cookiebot', 'where consent is implied', { implied: true }, 'granted');
  defaults(lab, check, 'didomi', 'where no consent is required', { required: false }, 'granted');
  defaults(lab, check, 'usercentrics', 'where no consent is required', { required: false }, 'granted');

  check('oneTrust: settings of the site are no SDK, and a group that only begins alike is another', async () => {
    const site = lab.site();
    await arrive(site, 'oneTrust');
    await act(site, 'oneTrust', 'loadEarly');
    await site.run(page => page.rung(1_200));
    await untouched(site, 'oneTrust');
    await act(site, 'oneTrust', 'load');
    await act(site, 'oneTrust', 'alike');
    await comes(site, 'denied');
    assert.deepEqual(await faults(site), []);
  });

  check('oneTrust: a record that is written a moment later is no lie', async () => {
    const site = lab.site();
    await arrive(site, 'oneTrust');
    await act(site, 'oneTrust', 'load');
    await act(site, 'oneTrust', 'slowYes', 200);
    await comes(site, 'granted');
    await act(site, 'oneTrust', 'no');
    await act(site, 'oneTrust', 'slowYes', 200);
    await comes(site, 'granted');
    assert.deepEqual(await site.run(page => page.changes.map(({ after }) => after)), ['granted', 'denied', 'granted']);
    assert.deepEqual(await faults(site), []);
  });

  check('oneTrust: it awaits a new answer: the grant counts no more', async () => {
    const site = lab.site();
    await arrive(site, 'oneTrust');
    await act(site, 'oneTrust', 'load');
    await act(site, 'oneTrust', 'yes');
    await comes(site, 'granted');
    await act(site, 'oneTrust', 'awaitReconsent');
    await comes(site, 'pending');
  });

  check('cookiebot: a stub that says yes to everything grants nothing', async () => {
    const site = lab.site();
    await arrive(site, 'cookiebot');
    await act(site, 'cookiebot', 'everything');
    await eventually('it was told', async () => (await faults(site)).length);
    assert.deepEqual(await faults(site), ['cmp_failed cookiebot: it knows no statistics']);
    await untouched(site, 'cookiebot');
  });

  check('a key that the manager does not know grants nothing, and is told', async () => {
    const site = lab.site();
    await arrive(site, 'oneTrust', { more: { purposes: { analytics: ['C0002', 'C0099'] } } });
    await act(site, 'oneTrust', 'load');
    await act(site, 'oneTrust', 'yes');
    await eventually('it was told', async () => (await faults(site)).length);
    assert.deepEqual(await faults(site), ['cmp_failed oneTrust: it knows no C0099']);
    await untouched(site, 'oneTrust');
  });

  check('what a page puts on Object.prototype grants nothing', async () => {
    const poison = () => {
      for (const key of ['statistics', 'enabled', 'given', 'analytics']) Object.defineProperty(Object.prototype, key, { value: true, configurable: true });
    };
    const site = lab.site();
    await site.open({ before: [poison] });
    await site.start();
    await attach(site, 'cookiebot');
    await site.run(() => {
      window.Cookiebot = { consent: { method: 'explicit' }, hasResponse: true };
      dispatchEvent(new Event('CookiebotOnAccept'));
    });
    await site.run(page => page.rung(700));
    assert.equal((await consent(site)).status, 'pending');
    assert.deepEqual(await kept(site, 'cookiebot'), []);
  });
}, ['chromium', 'firefox']);
