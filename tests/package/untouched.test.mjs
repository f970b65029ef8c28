// Promise 1: while nobody has decided, nothing is written and nothing is sent.
import assert from 'node:assert/strict';
import { inEngines } from './support/lab.mjs';
import { globalPrivacyControl, spies } from './support/before.mjs';

/** Every call that could leave a trace. */
const useEverything = async page => {
  const { client } = page;
  for (let i = 0; i < 20; i++) client.track('Looked', { i });
  client.identify('user-1');
  client.register({ plan: 'pro' });
  client.registerOnce({ first: true });
  client.unregister('plan');
  client.people.set({ name: 'Ada' });
  client.people.increment('visits');
  client.group('company', 'acme').set({ size: 3 });
  client.reset();
  client.resetConsent();
  await client.flush();
  dispatchEvent(new PageTransitionEvent('pagehide'));
};

/**
 * Hosts the page contacted besides its own. Browsers have business of their own, with their makers
 * only.
 */
const contacted = async ({ collector, host }) => {
  const hosts = (await collector.contacts()).map(contact => contact.host);
  return hosts.filter(name => !name.startsWith(host) && !/(google|googleapis|gstatic|gvt1|mozilla|firefox)\.(com|net|org):/.test(name));
};

inEngines((lab, check) => {
  const undecided = [
    ['undecided', {}],
    ['undecided, with the choice to be kept in a cookie', { consent: { storage: 'cookie' }, persistence: 'cookie' }],
    ['undecided, with records held', { consent: { beforeDecision: 'hold' } }],
    ['undecided, denied by default', { consent: { default: 'denied' } }],
    ['denied by a signal', {}, [globalPrivacyControl]],
  ];
  for (const [name, options, before = []] of undecided) {
    check(`${name}: nothing is stored and nothing is sent`, async () => {
      const site = lab.site();
      await site.open({ before: [spies, ...before] });
      await site.start(options);
      await site.run(useEverything);
      await site.settled();
      assert.deepEqual(await site.run(page => seen.filter(name => name !== 'fetch')), []);
      assert.deepEqual(await site.run(page => page.kept()), {});
      assert.deepEqual(await site.requests(), []);
      assert.deepEqual(await contacted(site), []);
      assert.deepEqual(await lab.driver.manage().getCookies(), []);
    });
  }

  check('the spies see what happens after a grant', async () => {
    const site = lab.site();
    await site.open({ before: [spies] });
    await site.start({ consent: { storage: 'cookie' } });
    await site.run(page => void page.client.optIn());
    await site.arrival('$opt_in');
    assert.deepEqual(await site.run(page => ['setItem', 'cookie', 'fetch'].filter(name => !seen.includes(name))), []);
    assert.deepEqual(await contacted(site), ['api-js.mixpanel.com:443']);
    assert.equal((await lab.driver.manage().getCookies()).length, 2);
    const token = site.token;
    assert.deepEqual(await site.run(page => page.kept()), {
      cookies: ['__mp_opt_in_out_' + token, 'consentry_' + token + '_record'],
      localStorage: [`consentry_${token}_history`, `mp_${token}_mixpanel`],
    });
    // The other ways to leave something, to see that none is overlooked.
    await site.run(async () => {
      sessionStorage.setItem('a', '1');
      await new Promise(resolve => (indexedDB.open('base').onsuccess = resolve));
      await caches.open('cache');
      navigator.sendBeacon('/track', 'data=[]');
      await new Promise(resolve => {
        const request = new XMLHttpRequest();
        request.open('GET', '/_collector/health');
        request.onload = resolve;
        request.send();
      });
    });
    assert.deepEqual(await site.run(page => ['open', 'sendBeacon', 'send'].filter(name => !seen.includes(name))), []);
    const { sessionStorage, databases, caches } = await site.run(page => page.kept());
    assert.deepEqual({ sessionStorage, databases, caches }, { sessionStorage: ['a'], databases: ['base'], caches: ['cache'] });
  });
});
