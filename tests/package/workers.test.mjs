// In a worker there is no visitor: a client says once that it records nothing there, and nothing
// throws.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { project } from './support/environment.mjs';
import { inEngines } from './support/lab.mjs';

/** What a worker does with each entry. */
const work = token => `
import { consentry } from 'consentry';
import { consentry as slim, init } from 'consentry/slim';
const use = async make => {
  const told = [];
  const client = make('${token}', { onError: error => told.push(error.code), consent: { default: 'granted' } });
  client.track('Seen', { a: 1 });
  client.identify('u1');
  client.register({ a: 1 });
  client.people.set({ a: 1 });
  client.group('company', 'acme').set({ a: 1 });
  client.reset();
  client.purge();
  const statuses = [client.optIn(), client.optOut(), client.resetConsent()].map(({ status }) => status);
  const { deleted } = client.optOut({ deleteProfile: true });
  const answers = [await client.ready, await deleted, await client.flush(), client.consent.persisted, String(client.distinctId)];
  await 0;
  const once = [...told];
  client.close();
  client.track('Late');
  await new Promise(resolve => setTimeout(resolve));
  return { once, told, statuses, answers };
};
const answer = (async () => {
  try {
    const both = [await use(consentry), await use(slim)];
    return [...both, await init('/pkg/consentry.wasm'), await use(slim)];
  } catch (error) {
    return String(error);
  }
})();
const tell = async port => port.postMessage(await answer);
if (self.DedicatedWorkerGlobalScope) tell(self);
addEventListener('connect', ({ ports: [port] }) => tell(port));
addEventListener('message', ({ ports: [port] }) => port && tell(port));
`;

const used = {
  once: ['not_a_page'],
  told: ['not_a_page', 'closed'],
  statuses: ['granted', 'denied', 'granted'],
  answers: [false, false, { sent: 0, dropped: 0, pending: 0 }, false, 'undefined'],
};

const ways = {
  dedicated: (page, address) => new Promise(resolve => (new Worker(address).onmessage = ({ data }) => resolve(data))),
  shared: (page, address) => new Promise(resolve => (new SharedWorker(address).port.onmessage = ({ data }) => resolve(data))),
  service: async (page, address) => {
    const { installing } = await navigator.serviceWorker.register(address);
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise(resolve => (port1.onmessage = ({ data }) => resolve(data)));
    installing.postMessage('', [port2]);
    return answer;
  },
};

/** Bundles it into a classic script, as not every browser takes modules in every worker. */
async function bundled(site) {
  const root = project('worker');
  const entry = join(root, 'worker.js');
  writeFileSync(entry, work(site.token));
  const lib = { entry, formats: ['iife'], name: 'worker', fileName: () => 'worker.js' };
  await build({ root, configFile: false, logLevel: 'error', build: { lib, outDir: site.folder, emptyOutDir: false } });
  return `/sites/${site.host}/worker.js`;
}

for (const [kind, run] of Object.entries(ways)) {
  inEngines((lab, check) => {
    check(`a ${kind} worker`, async () => {
      const site = lab.site();
      await site.open();
      assert.deepEqual(await site.run(run, await bundled(site)), [used, used, true, used]);
      assert.deepEqual([await site.requests(), await site.run(page => page.kept())], [[], {}]);
    });
  });
}
