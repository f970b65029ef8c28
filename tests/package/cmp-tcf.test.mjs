// IAB TCF, with the IAB's own library.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, calls, catchesLies, comes, consent, faults, followsIn, listen, survives, untouched } from './support/managers.mjs';

const name = 'tcf';
const libs = await bundledLibs({ tcf: sources.tcf });

/** The consents to purposes as an API gives them. */
const consents = (...ids) => ({ purpose: { consents: Object.fromEntries(ids.map(id => [id, true])) } });

inEngines((lab, check) => {
  followsIn(lab, check, name);
  survives(lab, check, name, ['throws', 'wrong types', 'an error of the CMP']);
  catchesLies(lab, check, name);

  check('tcf: it waits in the queue of the stub', async () => {
    const site = lab.site();
    await site.open();
    await act(site, name, 'loadStub');
    await site.start();
    await attach(site, name);
    await untouched(site, name);
    await act(site, name, 'begin');
    await act(site, name, 'yes');
    await comes(site, 'granted');
  });

  check('tcf: purposes 1 and 8 make analytics; one of them is not enough', async () => {
    for (const [ids, status] of [[[1, 8], 'granted'], [[1, 9], 'denied'], [[8, 9], 'denied']]) {
      const site = lab.site();
      await arrive(site, name);
      await act(site, name, 'load');
      await act(site, name, 'answer', ids);
      await comes(site, status);
    }
  });

  check('tcf: while the visitor looks at the manager again, what was chosen stays', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await act(site, name, 'reopen');
    await site.run(page => page.rung(700));
    assert.equal((await consent(site)).status, 'granted');
  });

  check('tcf: where the GDPR does not apply it has no say; while that is not known it waits', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'loadStub');
    await act(site, name, 'begin');
    await act(site, name, 'update', null);
    await site.run(page => page.rung(1_200));
    await untouched(site, name);
    // Another manager decides then.
    await site.run(async page => (await import('/pkg/cmp.js')).generic(page.client, { read: () => true }));
    await comes(site, 'granted');

    const other = lab.site();
    await other.open();
    await other.start();
    await act(other, name, 'stand', { ...consents(1, 8), gdprApplies: undefined });
    await other.run(() => {
      const real = window.__tcfapi;
      window.__tcfapi = (command, version, callback) => real(command, version, (data, success) => callback({ ...data, gdprApplies: undefined }, success));
    });
    await attach(other, name);
    await other.run(page => page.rung(700));
    await untouched(other, name);
    assert.deepEqual(await faults(other), []);
  });

  check('tcf: a CMP that answers while it is loading ends no grant of before', async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load');
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await arrive(site, name, { first: false });
    await act(site, name, 'stand', { cmpStatus: 'loading', eventStatus: null, tcString: null });
    await site.run(page => page.rung(1_200));
    const { status, source } = await consent(site);
    assert.deepEqual({ status, source }, { status: 'granted', source: 'stored' });
    assert.deepEqual(await faults(site), []);
  });

  check('tcf: a string that names no vendors that were shown is none (2.3)', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    // The same string without the segment of the vendors that were shown.
    await site.run(async () => {
      const { encoded, stand } = await import('/support/managers/tcf.js');
      const [core, ...rest] = encoded([1, 8]).split('.');
      stand({ tcString: [core, ...rest.filter(segment => !/^[I-P]/.test(segment))].join('.') });
    });
    await attach(site, name);
    await eventually('it was told', async () => (await faults(site)).length);
    await untouched(site, name);
  });

  check('tcf: legitimate interest, vendors and the purposes of the publisher count where the site says so', async () => {
    const interest = { purpose: { consents: { 1: true, 8: false }, legitimateInterests: { 8: true } } };
    const vendor = { vendor: { consents: { 2: true }, disclosedVendors: { 2: true } } };
    const rows = [
      [interest, [1], {}, 'denied'],
      [interest, [1], { acceptLegitimateInterest: true }, 'granted'],
      [{ purpose: { consents: { 8: true }, legitimateInterests: { 1: true } } }, [8], { acceptLegitimateInterest: true }, 'denied'],
      [consents(1, 8), [1, 8], { vendorId: 2 }, 'denied'],
      [{ ...consents(1, 8), ...vendor }, [1, 8], { vendorId: 2 }, 'granted'],
      [{ ...consents(1, 8), vendor: { consents: { 2: true }, disclosedVendors: {} } }, [1, 8], { vendorId: 2 }, 'denied'],
      [{ ...consents(1, 8), ...vendor, publisher: { restrictions: { 8: { 2: 0 } } } }, [1, 8], { vendorId: 2 }, 'denied'],
      [consents(1, 8), [1, 8], { publisherPurposes: true }, 'denied'],
      [{ ...consents(1, 8), publisher: { consents: { 1: true, 8: true } } }, [1, 8], { publisherPurposes: true }, 'granted'],
    ];
    for (const [data, ids, options, status] of rows) {
      const site = lab.site();
      await site.open();
      await site.start();
      await act(site, name, 'stand', data, ids);
      await attach(site, name, options);
      await comes(site, status);
      assert.deepEqual(await faults(site), [], JSON.stringify(options));
    }
  });

  check('tcf: purpose by purpose, for a client that knows some', async () => {
    const site = lab.site();
    await arrive(site, name);
    await listen(site, { analytics: 'pending', advertising: 'pending', functional: 'pending', research: 'pending' });
    await attach(site, name);
    await act(site, name, 'load');
    await act(site, name, 'answer', [1, 8, 10]);
    // On a slow machine it was seen asking before.
    const choices = async () => (await calls(site)).filter(([call]) => call !== 'setDefault');
    await eventually('it was told', async () => (await choices()).length);
    assert.deepEqual(await choices(), [['optIn', { via: 'cmp:tcf', purposes: ['analytics', 'functional'] }]]);
    await site.run(page => page.say({ status: 'granted', source: 'visitor', decidedAt: Date.now(), purposes: { analytics: 'granted', functional: 'granted', advertising: 'denied', research: 'denied' } }));
    await act(site, name, 'answer', [1, 2, 3, 4, 7]);
    await eventually('it was told', async () => (await choices()).length > 1);
    assert.deepEqual((await choices()).at(-1), ['optIn', { via: 'cmp:tcf', purposes: ['advertising'] }]);
  });

  check('tcf: in a frame, the CMP of the page around it is asked', async () => {
    const site = lab.site();
    await site.open();
    const inner = site.page();
    await act(site, name, 'serveFrames');
    await act(site, name, 'load');
    await site.driver.executeAsyncScript(
      `const [address, done] = arguments; const frame = Object.assign(document.createElement('iframe'), { src: address, onload: () => done() }); document.body.append(frame);`, inner);
    const frame = await site.driver.executeScript('return document.querySelector("iframe[src]")');
    const outside = () => site.driver.switchTo().defaultContent();
    const inside = () => site.driver.switchTo().frame(frame);
    await inside();
    await site.arrived();
    await site.start();
    await attach(site, name);
    await untouched(site, name);
    await outside();
    await act(site, name, 'yes');
    await inside();
    await comes(site, 'granted');
    await outside();
  });
}, ['chromium', 'firefox'], { folders: { '/libs': libs } });
