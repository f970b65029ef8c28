// Events in numbers, and what became of them.
import assert from 'node:assert/strict';
import { eventually } from './eventually.mjs';

/**
 * The longest a queue may take that somebody has left: asked for too early it is asked for again
 * after up to ten seconds, without locks silence counts after five, and what failed waits up to
 * eight. The rest is for a slow machine.
 */
export const adopted = 40_000;

/** Opens a page whose visitor has agreed. */
export async function granted(site, options, page) {
  await site.open(page);
  await site.start(options);
  await site.run(page => void page.client.optIn({ event: false }));
}

/** Opens the site again, as the visitor who agreed. */
export async function comeBack(site, options, page) {
  await site.open(page);
  await site.start(options);
}

/** Tracks so many events, named `name 0` and so on. */
export const burst = (site, name, count) =>
  site.run((page, name, count) => {
    for (let i = 0; i < count; i++) page.client.track(`${name} ${i}`);
  }, name, count);

export const names = (name, count) => Array.from({ length: count }, (_, i) => `${name} ${i}`);

const idsOf = requests => requests.flatMap(({ kind, records }) => (kind === 'track' ? records : [])).map(({ properties }) => properties.$insert_id);

/**
 * Waits until these events arrived, and until the page could have sent more. Then each was accepted
 * once, and nothing else was.
 */
export async function arrivedOnce(site, expected, deadline) {
  await eventually(`${expected.length} events arrived`, async () => new Set(await site.events()).size >= expected.length, deadline);
  await site.settled();
  assert.deepEqual((await site.events()).sort(), [...expected].sort());
  const ids = idsOf((await site.requests()).filter(({ status }) => status === 200));
  assert.equal(new Set(ids).size, expected.length, 'each event has an id of its own');
}

/**
 * What was tried before it was accepted was the same event: no id was seen that was not accepted in
 * the end.
 */
export async function triedAsAccepted(site) {
  const requests = await site.requests();
  const accepted = new Set(idsOf(requests.filter(({ status }) => status === 200)));
  const tried = idsOf(requests.filter(({ status }) => status !== 200));
  assert.ok(tried.length > 0, 'something was to be tried in vain');
  assert.deepEqual(tried.filter(id => !accepted.has(id)), []);
}


const flagAndRecord = token => ['__mp_opt_in_out_' + token, 'consentry_' + token + '_record'];
/** What is left after a refusal, which stands in both stores, beside the records of all decisions. */
export const onlyDecision = token => ({ localStorage: [...flagAndRecord(token), `consentry_${token}_history`].sort(), cookies: flagAndRecord(token) });

/**
 * The events that are stored on the device, counted in a page of the site that has nothing to do
 * with the package.
 */
export async function storedEvents(site) {
  await site.driver.get(site.origin + site.file('plain.html', '<!doctype html><title>plain</title><link rel="icon" href="data:,">'));
  return site.driver.executeScript(`
    return Object.entries(localStorage).filter(([key]) => key.startsWith('consentry_${site.token}_q_'))
      .flatMap(([, text]) => [...text.matchAll(/"event":"([^"]+)"/g)].map(([, name]) => name)).sort()`);
}
