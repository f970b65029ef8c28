// Promise 8 and DESIGN section 3: what the visitor decides before the wasm runs holds at once, and an
// older choice never undoes a newer one.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const slim = { entry: '/pkg/slim.js' };
const init = site => site.run(page => page.rest.init('/pkg/consentry.wasm'));
const status = site => site.run(page => page.client.consent.status);
const stored = site => site.run(page => localStorage.getItem('__mp_opt_in_out_' + page.token));

inEngines((lab, check) => {
  check('accepting holds at once, and its event is sent when the wasm is there', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    const consent = await site.run(page => {
      page.client.track('Before');
      const consent = page.client.optIn({ via: 'banner' });
      page.client.track('After');
      return consent;
    });
    assert.deepEqual([consent.status, consent.source, consent.persisted, consent.via], ['granted', 'visitor', true, 'banner']);
    assert.equal(await stored(site), '1');
    assert.deepEqual(await site.run(page => page.changes), [{ before: 'pending', after: 'granted', source: 'visitor' }]);
    await init(site);
    await site.arrival('$opt_in', 'After');
    await site.settled();
    assert.deepEqual((await site.events()).sort(), ['$opt_in', 'After'], 'what came before the choice is gone');
    assert.equal((await site.run(page => page.changes)).length, 1, 'and it is told once');
  });

  check('a wasm that never arrives: the next page knows of the grant, and $opt_in is sent once', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    await site.run(page => void page.client.optIn());
    await site.open(slim);
    await site.start();
    assert.equal(await status(site), 'granted');
    await site.run(page => void page.client.optIn());
    await init(site);
    await site.run(page => page.client.track('Seen'));
    await site.arrival('Seen');
    await site.settled();
    assert.equal((await site.events()).filter(name => name === '$opt_in').length, 0, 'it was no news any more');
  });

  check('a wasm that cannot be had: `ready` says so, and a later one takes over', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    await site.run(page => void page.client.optIn());
    assert.equal(await site.run(page => page.rest.init('/pkg/nothing.wasm').catch(error => error.code)), 'init_failed');
    assert.equal(await site.run(page => page.client.ready), false);
    assert.equal(await status(site), 'granted');
    await init(site);
    await site.arrival('$opt_in');
  });

  check('a grant that waited does not undo a refusal in another tab', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    const { toFirst, toSecond } = await site.openTab(slim);
    await site.start();
    await toFirst();
    await site.run(page => void page.client.optIn());
    await toSecond();
    await site.run(page => void page.client.optOut());
    await toFirst();
    assert.equal(await status(site), 'denied', 'the newer choice shows at once');
    await init(site);
    await eventually('it was told', async () => (await site.run(page => page.codes())).includes('superseded'));
    assert.equal(await status(site), 'denied');
    assert.equal(await stored(site), '0');
    await site.settled();
    assert.deepEqual(await site.events(), []);
  });

  check('the same with two clients of a page', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    await site.run(async page => {
      const second = page.consentry(page.token, { onError() {} });
      page.client.optIn();
      await new Promise(resolve => setTimeout(resolve, 20));
      second.optOut();
      await page.rest.init('/pkg/consentry.wasm');
      await second.ready;
    });
    assert.equal(await status(site), 'denied');
    await site.settled();
    assert.deepEqual(await site.events(), []);
  });

  check('a reset that waited does not undo a later refusal', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    await site.run(page => page.client.resetConsent());
    const { toFirst } = await site.openTab(slim);
    await site.start();
    await site.run(page => void page.client.optOut());
    await toFirst();
    await init(site);
    await site.run(page => page.client.ready);
    assert.equal(await status(site), 'denied');
    assert.equal(await stored(site), '0');
  });

  for (const [name, entry] of [['the default entry', undefined], ['slim, waiting', slim]]) {
    check(`${name}: a refusal counts whatever of the page throws`, async () => {
      const site = lab.site();
      await site.open(entry);
      await site.start({ consent: { default: 'granted' } });
      const status = await site.run(page => {
        const fail = () => {
          throw new Error('patched');
        };
        Date.now = fail;
        const { stringify } = JSON;
        JSON.stringify = fail;
        window.URLSearchParams = fail;
        Object.defineProperty(navigator, 'globalPrivacyControl', { configurable: true, get: fail });
        page.client.optOut();
        JSON.stringify = stringify;
        return page.client.consent.status;
      });
      assert.equal(status, 'denied');
      assert.equal(await stored(site), '0');
      await site.settled();
      assert.deepEqual(await site.requests(), []);
    });
  }

  check('a wrapper of fetch that refuses: no request arrives', async () => {
    const site = lab.site();
    await site.open();
    await site.start({ consent: { default: 'granted' } });
    await site.run(page => {
      const real = window.fetch;
      window.fetch = (...request) => {
        page.client.optOut();
        return real(...request);
      };
      page.client.track('Under way');
      void page.client.flush();
    });
    await eventually('it is denied', async () => (await status(site)) === 'denied');
    await site.settled();
    assert.deepEqual(await site.events(), []);
  });

  for (const [name, who] of [['stored by an earlier page', 'user-1'], ['named on this one', 'user-2']]) {
    check(`a deletion asked for before the wasm is made when it runs: of whoever was ${name}`, async () => {
      const site = lab.site();
      await site.open();
      await site.start({ consent: { default: 'granted' } });
      await site.run(async page => {
        page.client.identify('user-1');
        await page.client.flush();
      });
      await site.open(slim);
      await site.start({ consent: { default: 'granted' } });
      await site.run(
        (page, who) => {
          if (who !== 'user-1') page.client.identify(who);
          window.deleted = page.client.optOut({ deleteProfile: true }).deleted;
          window.again = page.client.optOut({ deleteProfile: true }).deleted;
        },
        who,
      );
      assert.deepEqual(Object.keys(await site.run(page => page.kept())), ['cookies', 'localStorage']);
      assert.equal(await site.run(() => localStorage.length), 3, 'only the decision is kept: flag, record and history');
      await init(site);
      assert.deepEqual(await site.run(() => Promise.all([window.deleted, window.again])), [true, false]);
      const records = await site.records('engage');
      assert.deepEqual(records.map(one => [one.$distinct_id, one.$delete]), [[who, '']]);
      assert.deepEqual(await site.run(page => page.codes()), []);
    });
  }

  check('a deletion before the wasm of who had not agreed, or is nobody, ends as not made', async () => {
    const site = lab.site();
    await site.open(slim);
    await site.start();
    const ends = await site.run(async page => {
      page.client.identify('user-1');
      const denied = page.client.optOut({ deleteProfile: true }).deleted;
      page.client.optIn();
      page.client.identify('user-1');
      page.client.reset();
      const nobody = page.client.optOut({ deleteProfile: true }).deleted;
      await page.rest.init('/pkg/consentry.wasm');
      return Promise.all([denied, nobody]);
    });
    assert.deepEqual(ends, [false, false]);
    await site.settled();
    assert.deepEqual(await site.records('engage'), []);
  });

  check('each of two deletions hears of its own end', async () => {
    const site = lab.site();
    await site.open();
    await site.start({ consent: { default: 'granted' } });
    const ends = await site.run(page => {
      page.client.identify('user-1');
      const first = page.client.optOut({ deleteProfile: true }).deleted;
      return Promise.all([first, page.client.optOut({ deleteProfile: true }).deleted]);
    });
    assert.deepEqual(ends, [true, false]);
  });

  check('a bare optIn() keeps what the choice before said', async () => {
    for (const entry of [undefined, slim]) {
      const site = lab.site();
      await site.open(entry);
      await site.start();
      const { via, purposes } = await site.run(page => {
        page.client.optIn({ via: 'banner', purposes: ['analytics'] });
        return page.client.optIn();
      });
      assert.deepEqual([via, purposes], ['banner', { analytics: 'granted' }]);
    }
  });
});
