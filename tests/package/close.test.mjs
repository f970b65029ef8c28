// `close()` ends a client: nothing of it goes on, and nothing that was granted is lost.
import assert from 'node:assert/strict';
import { spies } from './support/before.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const slim = { entry: '/pkg/slim.js' };
const granted = { consent: { default: 'granted' } };

/** Counts listeners, timers and channels that were not taken back. */
function counts() {
  window.left = { listeners: 0, channels: new Set(), timers: new Set() };
  for (const [name, by] of [['addEventListener', 1], ['removeEventListener', -1]]) {
    const real = EventTarget.prototype[name];
    EventTarget.prototype[name] = function (...values) {
      window.left.listeners += by;
      return real.apply(this, values);
    };
  }
  const Real = BroadcastChannel;
  window.BroadcastChannel = class extends Real {
    constructor(name) {
      super(name);
      window.left.channels.add(this);
    }
    close() {
      super.close();
      window.left.channels.delete(this);
    }
  };
  const { setTimeout, clearTimeout } = window;
  window.setTimeout = (act, wait, ...rest) => {
    const own = setTimeout(() => (window.left.timers.delete(own), act()), wait, ...rest);
    window.left.timers.add(own);
    return own;
  };
  window.clearTimeout = own => (window.left.timers.delete(own), clearTimeout(own));
}

/** Every call, after the client was closed. Answers what was told and what came back. */
const callAll = async page => {
  const { client } = page;
  page.errors.length = 0;
  const before = Object.entries(localStorage).sort().join();
  client.track('Late');
  client.identify('late');
  client.register({ late: true });
  client.unregister('late');
  client.people.set('late', true);
  client.group('company', 'acme').set('late', true);
  client.reset();
  client.purge();
  const chosen = client.optIn().status;
  client.onConsentChange(() => {})();
  client.close();
  const end = await client.flush();
  await page.rung(0);
  return { told: page.codes(), chosen, end, same: before === Object.entries(localStorage).sort().join() };
};

inEngines((lab, check) => {
  check('nothing of it is left, later calls do nothing, and a new client sends what it stored', async () => {
    const site = lab.site();
    await site.open({ before: [counts, spies] });
    const left = await site.run(async page => {
      await page.rung(10);
      const before = window.left.listeners;
      window.left.timers.clear(); // WebDriver has some
      page.start({ consent: { default: 'granted' } });
      await page.rung(50); // it listens by now
      for (let number = 0; number < 150; number++) page.client.track('Stored');
      const flushed = page.client.flush();
      page.client.close();
      window.seen.length = 0;
      const { sent, dropped, pending } = await flushed;
      await page.rung(0);
      const { listeners, channels, timers } = window.left;
      return { flushed: [sent, dropped, pending], left: [listeners - before, channels.size, timers.size] };
    });
    assert.deepEqual(left, { flushed: [0, 0, 150], left: [0, 0, 0] });
    const locks = () => site.run(() => navigator.locks.query());
    await eventually('its locks are given back', async () => (await locks()).held.length + (await locks()).pending.length === 0);
    const said = await site.run(callAll);
    assert.deepEqual(said, { told: ['closed'], chosen: 'granted', end: { sent: 0, dropped: 0, pending: 0 }, same: true });
    await site.settled();
    assert.deepEqual(await site.run(() => window.seen.filter(name => name !== 'fetch')), [], 'nothing is written any more');
    assert.deepEqual(await site.requests(), []);
    await site.start(granted);
    const events = await eventually('all arrived', async () => (await site.events()).length >= 150 && site.events());
    assert.equal(events.length, 150);
  });

  for (const how of ['a refusal', 'a reset']) {
    check(`${how} on a client that was closed holds for every other one`, async () => {
      const site = lab.site();
      const first = await lab.driver.getWindowHandle();
      await site.open();
      await site.start();
      await site.run(page => page.client.optIn({ event: false }));
      await lab.driver.switchTo().newWindow('tab');
      const second = await lab.driver.getWindowHandle();
      await site.open();
      await site.start();
      await lab.driver.switchTo().window(first);
      const said = await site.run(async (page, how) => {
        const closed = page.client;
        closed.identify('user-1');
        closed.close();
        page.start();
        page.client.track('Of the other client');
        page.client.flush();
        await page.rung(50);
        page.errors.length = 0;
        const { status, deleted } = how === 'a refusal' ? closed.optOut({ deleteProfile: true }) : closed.resetConsent();
        return [status, await deleted, page.client.consent.status, page.codes()];
      }, how);
      const status = how === 'a refusal' ? 'denied' : 'pending';
      assert.deepEqual(said, [status, how === 'a refusal' ? false : null, status, []]);
      const kept = Object.values(await site.run(page => page.kept())).flat();
      assert.deepEqual(kept.filter(key => /mixpanel|_q_/.test(key)), []);
      for (const window of [first, second]) {
        await lab.driver.switchTo().window(window);
        await eventually('each hears of it', () => site.run((page, status) => page.client.consent.status === status, status));
        await site.run(page => page.client.track('Afterwards'));
      }
      await site.settled();
      assert.equal((await site.events()).includes('Afterwards'), false);
      await lab.driver.close();
      await lab.driver.switchTo().window(first);
    });
  }

  check('once everything is answered no timer is left, though the client lives', async () => {
    const site = lab.site();
    await site.open({ before: [counts] });
    const left = await site.run(async page => {
      window.left.timers.clear(); // WebDriver has some
      page.start({ consent: { default: 'granted' } });
      const told = [];
      for (let times = 0; times < 3; times++) {
        page.client.track('Seen');
        told.push((await page.client.flush()).sent);
      }
      await page.client.flush();
      await page.rung(20);
      return [told, window.left.timers.size];
    });
    assert.deepEqual(left, [[1, 1, 1], 0]);
  });

  check('closed in the task that made it, it never listens', async () => {
    const site = lab.site();
    await site.open({ before: [counts] });
    const left = await site.run(async page => {
      await page.rung(10);
      const before = window.left.listeners;
      page.start();
      page.client.close();
      const ready = await page.client.ready;
      await page.rung(50);
      return [typeof ready, window.left.listeners - before, window.left.channels.size];
    });
    assert.deepEqual(left, ['boolean', 0, 0]);
  });

  check('another client of the token is whole, and takes the queue over', async () => {
    const site = lab.site();
    await site.open();
    await site.start(granted);
    await site.run(async page => {
      window.other = page.client;
      page.start({ consent: { default: 'granted' }, batch: { flushIntervalMs: 3_600_000 } });
      page.client.track('Of the closed');
      await page.rung(0);
      page.client.close();
      window.other.track('Of the other');
    });
    await site.arrival('Of the other');
    await eventually('the queue is taken over', async () => (await site.events()).includes('Of the closed'), 20_000);
    assert.deepEqual((await site.events()).sort(), ['Of the closed', 'Of the other']);
    await site.run(() => void window.other.optOut());
    assert.equal(await site.run(page => page.client.consent.status), 'denied', 'it still answers what is so');
    assert.equal((await site.run(page => page.changes)).length, 1, 'and tells of nothing');
  });

  check('a request that is under way is aborted, and its records are sent by the next', async () => {
    const site = lab.site();
    await site.open();
    await site.start({ consent: { default: 'granted' }, batch: { flushIntervalMs: 1 } });
    const aborted = await site.run(async page => {
      const { fetch } = window;
      const started = new Promise(resolve => {
        window.fetch = (url, options) => {
          resolve(options.signal);
          return new Promise((_, reject) => options.signal.addEventListener('abort', () => reject(options.signal.reason)));
        };
      });
      page.client.track('Under way');
      const signal = await started;
      page.client.close();
      window.fetch = fetch;
      return signal.aborted;
    });
    assert.equal(aborted, true);
    await site.reload();
    await site.start(granted);
    await site.arrival('Under way');
  });

  check('what was in memory only is told as dropped', async () => {
    const site = lab.site();
    await site.open();
    await site.start({ consent: { default: 'granted' }, persistence: 'memory' });
    const flushed = await site.run(async page => {
      page.client.track('One');
      page.client.people.set('waits', 'for an id');
      const flushed = page.client.flush();
      page.client.close();
      return flushed;
    });
    assert.deepEqual(flushed, { sent: 0, dropped: 2, pending: 0 });
    assert.deepEqual(await site.run(page => page.errors.map(({ code, dropped }) => [code, dropped])), [['closed', 2]]);
    await site.settled();
    assert.deepEqual(await site.requests(), []);
  });

  check('a deletion goes on, and its outcome is true', async () => {
    const site = lab.site();
    await site.open();
    await site.start(granted);
    const deleted = await site.run(async page => {
      page.client.identify('u1');
      const { deleted } = page.client.optOut({ deleteProfile: true });
      page.client.close();
      return deleted;
    });
    assert.equal(deleted, true);
    assert.equal((await site.records('engage')).length, 1);
  });

  check('slim, before the wasm: promises end, what waited is told as dropped, and the wasm starts nothing', async () => {
    const site = lab.site();
    await site.open({ ...slim, before: [spies] });
    await site.start(granted);
    const ends = await site.run(async page => {
      page.client.track('Waits');
      page.client.people.set('a', 1);
      const flushed = page.client.flush();
      page.client.close();
      return [await page.client.ready, await flushed];
    });
    assert.deepEqual(ends, [false, { sent: 0, dropped: 0, pending: 0 }]);
    assert.deepEqual(await site.run(page => page.errors.map(({ code, dropped }) => [code, dropped])), [['closed', 2]]);
    assert.deepEqual((await site.run(callAll)).told, ['closed']);
    await site.run(async page => {
      await page.rest.init('/pkg/consentry.wasm');
      await page.rung(50);
    });
    assert.deepEqual(await site.run(() => window.seen.filter(name => name !== 'fetch')), []);
    await site.start(granted);
    await site.run(page => page.client.track('New'));
    await site.arrival('New');
    assert.deepEqual(await site.events(), ['New']);
  });

  check('where wasm is refused, and after it trapped', async () => {
    const site = lab.site();
    await site.open({ csp: "default-src 'self'" });
    await site.start();
    await site.run(async page => {
      await page.client.ready;
      page.client.close();
    });
    assert.deepEqual((await site.run(callAll)).told, ['closed']);
    await site.open();
    await site.start(granted);
    await site.run(async page => {
      const { decode } = TextDecoder.prototype;
      TextDecoder.prototype.decode = () => {
        throw new DOMException('no decoder', 'OperationError');
      };
      page.client.register({ trap: true });
      TextDecoder.prototype.decode = decode;
      await page.rung(0);
    });
    assert.deepEqual(await site.run(page => page.codes()), ['wasm_failed']);
    await site.run(page => page.client.close());
    assert.deepEqual((await site.run(callAll)).told, ['closed']);
  });
});
