// Promise 8: under a policy that forbids WebAssembly every call is answered, nothing is recorded,
// and the decision is kept.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deaf, noWebAssembly } from './support/before.mjs';
import { burst, granted, names } from './support/burst.mjs';
import { installed } from './support/environment.mjs';
import { inEngines } from './support/lab.mjs';

const allowing = "script-src 'self' 'wasm-unsafe-eval'";
const forbidding = "script-src 'self'";

inEngines((lab, check) => {
  check(`${allowing}: it works`, async () => {
    const site = lab.site();
    await site.open({ csp: allowing });
    await site.start();
    assert.equal(await site.run(page => page.client.ready), true);
    await site.run(page => void page.client.optIn());
    await site.arrival('$opt_in');
    assert.deepEqual(await site.run(page => page.errors), []);
  });

  check(`${forbidding}: this engine refuses WebAssembly`, async () => {
    const site = lab.site();
    await site.open({ csp: forbidding });
    const refused = await site.run(() => {
      try {
        // WebKit compiles, but does not let it run.
        new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
        return 'ran';
      } catch (error) {
        return error.name;
      }
    });
    assert.notEqual(refused, 'ran');
  });

  check('a spoilt file is told with what the browser says of it', async () => {
    const site = lab.site();
    const text = readFileSync(join(installed(), 'index.js'), 'utf8');
    const entry = site.file('spoilt.js', text.replace(/"[^"]{10000,}"/, wasm => wasm.slice(0, 5_000) + 'x'.repeat(500) + wasm.slice(5_500)));
    await site.open({ entry });
    await site.start();
    assert.equal(await site.run(page => page.client.ready), false);
    const [{ code, about }, ...more] = await site.run(page => page.errors);
    assert.deepEqual([code, more], ['wasm_unavailable', []]);
    assert.match(about, /^(Compile|Link)Error: ./);
    assert.equal(await site.run(page => page.client.optOut().persisted), true);
  });

  for (const [name, page, why] of [
    [forbidding, { csp: forbidding }, "the CSP has no 'wasm-unsafe-eval'"],
    ['no WebAssembly at all', { before: [noWebAssembly] }, 'this browser has none'],
  ]) {
    for (const store of ['localStorage', 'cookie']) {
      const options = { consent: { storage: store, policyVersion: '2' }, persistence: store };
      for (const [call, status] of [['optOut', 'denied'], ['optIn', 'granted']]) {
        check(`${name}: ${call} is kept in ${store}, and nothing is recorded`, async () => {
          const site = lab.site();
          await site.open(page);
          await site.start(options);
          assert.equal(await site.run(page => page.client.ready), false);
          assert.deepEqual(await site.run(page => page.errors.map(({ code, message }) => code + ': ' + message)), ['wasm_unavailable: Let WebAssembly run: ' + why]);
          assert.deepEqual(await site.run(page => page.client.consent), { status: 'pending', source: 'default', persisted: false, purposes: { analytics: 'pending' } });
          assert.deepEqual(await site.run(page => page.kept()), {});
          const { decidedAt, ...now } = await site.run((page, call) => page.client[call]({ via: 'banner', purposes: ['analytics'] }), call);
          assert.deepEqual(now, { status, source: 'visitor', persisted: true, store, via: 'banner', policyVersion: '2', purposes: { analytics: status } });
          assert.ok(Math.abs(decidedAt - Date.now()) < 10_000);
          const flushed = await site.run(page => {
            const { client } = page;
            client.track('Told', { a: 1 });
            client.identify('user-1');
            client.register({ a: 1 });
            client.registerOnce({ a: 1 });
            client.unregister('a');
            client.people.set({ a: 1 });
            client.people.increment('a');
            client.people.delete();
            client.group('company', 'acme').set({ a: 1 });
            client.reset();
            return client.flush();
          });
          assert.deepEqual(flushed, { sent: 0, dropped: 0, pending: 0 });
          assert.equal(await site.run(page => page.client.distinctId), undefined);
          await site.settled();
          assert.deepEqual(await site.requests(), []);
          const kept = await site.run(page => page.kept());
          const names = ['__mp_opt_in_out_' + site.token, 'consentry_' + site.token + '_record'];
          // A decision in localStorage stands in a cookie as well.
          const history = 'consentry_' + site.token + '_history';
          assert.deepEqual(kept, { cookies: names, localStorage: store === 'cookie' ? [history] : [names[0], history, names[1]] });
          assert.deepEqual(await site.run(page => page.changes), [{ before: 'pending', after: status, source: 'visitor' }]);
          await site.reload();
          await site.start(options);
          const after = await site.run(page => page.client.ready.then(() => page.client.consent));
          assert.deepEqual(after, { ...now, decidedAt, source: 'stored' });
          assert.deepEqual(await site.run(page => page.client.resetConsent()), { status: 'pending', source: 'default', persisted: false, purposes: { analytics: 'pending' } });
          assert.deepEqual(await site.run(page => page.kept()), {});
        });
      }
    }

    check(`${name}: a decision made before the answer of the browser is kept, what was called before is not recorded`, async () => {
      const site = lab.site();
      await site.open(page);
      const consent = await site.run(async page => {
        const client = page.start();
        client.track('Early');
        const deleted = client.optOut({ deleteProfile: true }).deleted;
        const told = { early: client.consent.status, deleted: await deleted, ready: await client.ready };
        return { ...told, late: client.consent.status, flushed: await client.flush() };
      });
      assert.deepEqual(consent, { early: 'denied', deleted: false, ready: false, late: 'denied', flushed: { sent: 0, dropped: 0, pending: 0 } });
      await site.reload();
      await site.start();
      assert.equal(await site.run(page => page.client.hasOptedOut()), true);
    });

    check(`${name}: a denial removes what an earlier page with WebAssembly left`, async () => {
      const site = lab.site();
      await site.open();
      await site.start();
      await site.run(page => (page.client.optIn({ event: false }), page.client.register({ plan: 'pro' })));
      await site.open(page);
      await site.start();
      assert.equal(await site.run(page => page.client.ready.then(() => page.client.hasOptedIn())), true);
      await site.run(page => void page.client.optOut());
      const { localStorage, cookies } = await site.run(page => page.kept());
      const names = ['__mp_opt_in_out_' + site.token, 'consentry_' + site.token + '_record'];
      assert.deepEqual([localStorage, cookies], [[names[0], 'consentry_' + site.token + '_history', names[1]], names]);
    });

    check(`${name}: who refuses and agrees again there is somebody new for a tab that slept, and what that one has is gone`, async () => {
      const site = lab.site();
      await granted(site, {}, { before: [deaf] });
      await lab.collector.behave({ status: 503, times: 0 });
      await burst(site, 'Before', 3);
      const visitor = await site.run(page => page.client.distinctId);
      const { toFirst } = await site.openTab(page);
      await site.start();
      assert.equal(await site.run(page => page.client.ready), false);
      await site.run(page => {
        page.client.optIn(); // nothing new
        page.client.optOut();
        page.client.optIn();
        page.client.optIn();
      });
      await lab.collector.behaveWell();
      await toFirst();
      // It finds out when it stores these, or by its own timer before.
      await burst(site, 'Meanwhile', 3);
      await burst(site, 'After', 3);
      await site.arrival(...names('After', 3));
      assert.deepEqual((await site.events()).filter(event => event.startsWith('Before')), []);
      const visitors = (await site.records('track')).map(({ properties }) => properties.distinct_id);
      assert.ok(visitors.length >= 3);
      assert.ok(!visitors.includes(visitor));
    });
  }
});
