// A page that is prerendered records, stores and sends nothing until it is shown; then what was
// called is done, with its own time.
import assert from 'node:assert/strict';
import { globalPrivacyControl, spies } from './support/before.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** As where the browser prerenders the page, until `window.show()`. */
function prerendered() {
  let prerendering = true;
  Object.defineProperty(Document.prototype, 'prerendering', { configurable: true, get: () => prerendering });
  window.show = () => {
    prerendering = false;
    document.dispatchEvent(new Event('prerenderingchange'));
  };
}

const timeOf = ({ properties: { time } }) => (time > 1e11 ? time : time * 1000);
const show = site => site.run(() => window.show());
const status = site => site.run(page => page.client.consent.status);
const stored = site => site.run(page => localStorage.getItem('__mp_opt_in_out_' + page.token));
const touched = site => site.run(() => window.seen);

inEngines((lab, check) => {
  for (const entry of ['/pkg/index.js', '/pkg/slim.js']) {
    const name = entry.includes('slim') ? 'slim' : 'the default entry';
    const open = async (site, ...before) => {
      await site.open({ entry, before: [prerendered, spies, ...before] });
      if (name === 'slim') await site.run(page => void page.rest.init('/pkg/consentry.wasm'));
      await site.run(() => void (window.seen.length = 0));
    };

    check(`${name}: what was called is done when it is shown, with its own time`, async () => {
      const site = lab.site();
      await open(site);
      await site.start({ consent: { default: 'granted' } });
      const at = await site.run(page => {
        page.client.identify('u1');
        page.client.register({ plan: 'pro' });
        page.client.track('Early', { number: 1 });
        page.client.people.set('name', 'Ada');
        void page.client.flush();
        return Date.now();
      });
      await site.run(page => page.rung(1_500));
      assert.deepEqual([await touched(site), await site.run(page => page.kept())], [[], {}]);
      assert.deepEqual(await site.requests(), []);
      await show(site);
      await site.arrival('Early');
      assert.equal(await site.run(page => page.client.ready), true);
      const early = (await site.records('track')).find(({ event }) => event === 'Early');
      assert.ok(Math.abs(timeOf(early) - at) < 1_000, `it is ${timeOf(early) - at} ms off`);
      assert.deepEqual([early.properties.plan, early.properties.distinct_id], ['pro', 'u1']);
      await site.run(page => page.client.track('Late'));
      await site.arrival('Late');
    });

    check(`${name}: a page never shown leaves nothing, also of its grant`, async () => {
      const site = lab.site();
      await open(site);
      await site.start();
      const said = await site.run(page => {
        const { status, persisted } = page.client.optIn({ via: 'cmp:acme' });
        page.client.track('Unseen');
        return [status, persisted, page.client.hasOptedIn()];
      });
      assert.deepEqual(said, ['granted', false, true]);
      await site.run(page => page.rung(200));
      assert.deepEqual([await touched(site), await site.run(page => page.kept())], [[], {}]);
      await site.open();
      await site.start();
      assert.equal(await status(site), 'pending');
      await site.settled();
      assert.deepEqual(await site.requests(), []);
    });

    check(`${name}: a grant is kept when it is shown, and told once`, async () => {
      const site = lab.site();
      await open(site);
      await site.start();
      const decidedAt = await site.run(page => {
        const { decidedAt } = page.client.optIn({ via: 'cmp:acme' });
        page.client.track('Then');
        return decidedAt;
      });
      await site.run(page => page.rung(500));
      await show(site);
      await site.arrival('$opt_in', 'Then');
      const consent = await site.run(page => page.client.consent);
      assert.deepEqual([consent.status, consent.persisted, consent.via], ['granted', true, 'cmp:acme']);
      assert.ok(consent.decidedAt - decidedAt < 100);
      assert.equal(await stored(site), '1');
      assert.deepEqual(await site.run(page => page.changes.map(({ before, after }) => before + ' ' + after)), ['pending granted']);
      assert.deepEqual(await site.run(page => page.codes()), []);
    });

    check(`${name}: a refusal holds at once, for other pages too, and nothing from before it is done`, async () => {
      const site = lab.site();
      await open(site);
      await site.start({ consent: { default: 'granted' } });
      await site.run(page => {
        page.client.track('Before');
        page.client.optOut();
        page.client.track('After');
      });
      assert.deepEqual([await status(site), await stored(site)], ['denied', '0']);
      await show(site);
      await site.run(page => page.client.ready);
      await site.settled();
      assert.deepEqual([await status(site), await site.requests()], ['denied', []]);
      await site.open();
      await site.start({ consent: { default: 'granted' } });
      assert.equal(await status(site), 'denied');
    });

    check(`${name}: a grant does not undo what another page decided meanwhile`, async () => {
      const site = lab.site();
      await open(site);
      await site.start();
      await site.run(page => void page.client.optIn());
      const { toFirst } = await site.openTab();
      await site.start();
      await site.run(page => void page.client.optOut());
      await toFirst();
      await show(site);
      await eventually('it knows', async () => (await status(site)) === 'denied');
      assert.equal(await stored(site), '0');
      assert.deepEqual(await site.run(page => page.changes.map(({ before, after }) => before + ' ' + after)), ['pending granted', 'granted denied']);
      await site.settled();
      assert.deepEqual(await site.events(), []);
    });

    check(`${name}: closed before it is shown, it does nothing`, async () => {
      const site = lab.site();
      await open(site);
      await site.start({ consent: { default: 'granted' } });
      await site.run(page => {
        page.client.track('Unseen');
        page.client.close();
      });
      await show(site);
      await site.settled();
      assert.deepEqual([await site.run(page => page.kept()), await site.requests()], [{}, []]);
      assert.deepEqual(await site.run(page => page.errors.map(({ code, dropped }) => [code, dropped])), [['closed', 1]]);
    });
  }

  check('where wasm is refused, a grant is kept when the page is shown', async () => {
    const site = lab.site();
    await site.open({ csp: "default-src 'self'", before: [prerendered] });
    await site.start();
    await site.run(page => void page.client.optIn());
    assert.equal(await stored(site), null);
    await show(site);
    await eventually('it is kept', async () => (await stored(site)) === '1');
    assert.equal(await site.run(page => page.client.ready), false);
  });

  check('an enforced signal denies there as well', async () => {
    const site = lab.site();
    await site.open({ before: [prerendered, globalPrivacyControl] });
    await site.start({ consent: { gpc: 'enforce', default: 'granted' } });
    await site.run(page => void page.client.optIn());
    assert.equal(await status(site), 'denied');
    await show(site);
    await site.settled();
    assert.deepEqual([await status(site), await site.requests(), await site.run(page => page.kept())], ['denied', [], {}]);
  });
});
