// Promise 7 and DESIGN section 6: delivered means that the server said so, and what cannot work is
// told.
import assert from 'node:assert/strict';
import { arrivedOnce, burst, granted, names } from './support/burst.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** Short waits between attempts: at most two, four and eight seconds. */
const soon = { batch: { flushIntervalMs: 1_000 } };

const unreachable = async site => {
  const told = await site.run(page => page.errors.filter(({ code }) => code === 'unreachable').map(({ message }) => message));
  return told;
};

/** Waits until nothing of the queue is stored any more. */
const taken = site =>
  eventually('the queue is empty', async () => (await site.run(() => Object.keys(localStorage).filter(key => key.includes('_q_')).length)) === 0, 30_000);

inEngines((lab, check) => {
  for (const [what, body, type] of [
    ['the start page of a site', '<!doctype html><title>Shop</title>', 'text/html'],
    ['an empty body', '', 'text/plain'],
    ['{"status":"error"}', '{"status":"error","error":"busy"}', 'application/json'],
  ]) {
    check(`200 with ${what} is no answer: nothing is lost, and it is told once`, async () => {
      const site = lab.site();
      await granted(site, soon);
      await lab.collector.behave({ status: 200, body, headers: { 'Content-Type': type }, times: 3 });
      await burst(site, 'Kept', 3);
      await eventually('it was told', async () => (await unreachable(site)).length > 0, 20_000);
      const [message] = await unreachable(site);
      assert.match(message, /apiHost.*: 200$/);
      await taken(site);
      const sent = (await site.requests()).map(({ records }) => records.map(({ event, properties }) => [event, properties.$insert_id]));
      assert.equal(sent.length, 4);
      for (const again of sent) assert.deepEqual(again, sent[0], 'the very same records');
      assert.deepEqual(sent[0].map(([event]) => event), names('Kept', 3));
      assert.equal((await unreachable(site)).length, 1);
    });
  }

  check('a redirect is not followed, and is told', async () => {
    const site = lab.site();
    await granted(site, soon);
    await lab.collector.behave({ status: 307, headers: { Location: '/elsewhere/' }, times: 3 });
    await burst(site, 'Kept', 3);
    await eventually('it was told', async () => (await unreachable(site)).length > 0, 20_000);
    assert.match((await unreachable(site))[0], /: a redirect$/);
    await arrivedOnce(site, names('Kept', 3), 20_000);
  });

  check("connect-src 'none' is told, and the records wait in storage", async () => {
    const site = lab.site();
    await site.open({ csp: "script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'" });
    await site.start({ ...soon, consent: { default: 'granted' } });
    await site.run(page => page.client.ready);
    await site.run(page => page.client.track('Kept'));
    await eventually('it was told', async () => (await unreachable(site)).length > 0, 30_000);
    assert.match((await unreachable(site))[0], /: no answer$/);
    const stored = await site.run(() => Object.values(localStorage).filter(value => value.includes('"Kept"')).length);
    assert.equal(stored, 1);
  });

  check('an answer without headers, or with odd ones, is an answer', async () => {
    const site = lab.site();
    await granted(site, soon);
    await site.run(() => {
      const real = window.fetch;
      const odd = [undefined, { get: () => { throw new Error('odd'); } }, { get: () => 7 }];
      window.fetch = async (...request) => {
        const response = await real(...request);
        return { status: response.status, ok: response.ok, headers: odd.pop(), text: () => response.text() };
      };
    });
    for (const name of ['First', 'Second', 'Third']) {
      await site.run((page, name) => page.client.track(name), name);
      assert.equal((await site.run(page => page.client.flush())).sent, 1, name);
    }
    await arrivedOnce(site, ['First', 'Second', 'Third'], 5_000);
  });

  check('an apiHost that is no address is refused at once', async () => {
    const site = lab.site();
    await site.open();
    for (const apiHost of ['https://[::1', 'https://a.example:99999', 'https://exa%zzmple.example']) {
      const error = await site.run((page, apiHost) => {
        try {
          page.consentry('token', { apiHost });
        } catch ({ code, message }) {
          return [code, message.endsWith(': apiHost')];
        }
      }, apiHost);
      assert.deepEqual(error, ['invalid_option', true], apiHost);
    }
  });
});
