// The files for `<script>` tags: the drop-in behind mixpanel-browser's own snippet, and the native API.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const snippet = readFileSync(fileURLToPath(new URL('../node_modules/mixpanel-browser/dist/mixpanel-jslib-snippet.min.js', import.meta.url)), 'utf8');

/** Runs a script of the site as a page has it, and waits until `ready` is there. */
async function script(site, text, ready) {
  const path = site.file('script.js', text);
  await site.run((_, path) => new Promise((resolve, reject) => {
    const element = document.createElement('script');
    Object.assign(element, { src: path, onload: () => resolve(), onerror: reject });
    document.head.append(element);
  }), path);
  await eventually(ready, () => site.driver.executeScript(`return !!(${ready})`));
}

const ours = "window.MIXPANEL_CUSTOM_LIB_URL = '/pkg/consentry-mixpanel.iife.js';\n";

inEngines((lab, check) => {
  check("mixpanel-browser's own snippet loads the drop-in, and what it queued is done", async () => {
    const site = lab.site();
    await site.open();
    await script(site, `${ours}${snippet}
      window.loaded = [];
      mixpanel.init('${site.token}', { batch_flush_interval_ms: 100, loaded: me => loaded.push(me === mixpanel, me.get_property('plan')) });
      mixpanel.track('Queued', { a: 1 });
      mixpanel.register({ plan: 'pro' });
      mixpanel.people.set('colour', 'red');
      mixpanel.identify('u1');
      mixpanel.get_group('company', 'acme').set('size', 3);
      mixpanel.push(function () { this.register({ pushed: true }); });
      mixpanel.init('${site.token}b', { batch_flush_interval_ms: 100 }, 'other');
      mixpanel.other.track('Other');`, 'window.mixpanel.__loaded');
    await site.arrival('Queued', 'Other', '$identify');
    const { properties } = (await site.records('track')).find(({ event }) => event === 'Queued');
    assert.deepEqual([properties.a, properties.plan, properties.pushed, properties.$user_id], [1, 'pro', true, 'u1']);
    await eventually('profile and group', async () => (await site.records('engage')).some(({ $set }) => $set?.colour === 'red') && (await site.records('groups')).length === 1);
    assert.deepEqual(await site.run(() => window.loaded), [true, 'pro']);
  });

  check('a refusal in the snippet goes before every event', async () => {
    const site = lab.site();
    await site.open();
    await script(site, `${ours}${snippet}
      mixpanel.init('${site.token}', { batch_flush_interval_ms: 100 });
      mixpanel.track('Never');
      mixpanel.opt_out_tracking();`, 'window.mixpanel.__loaded');
    assert.equal(await site.run(() => window.mixpanel.has_opted_out_tracking()), true);
    await site.settled();
    assert.deepEqual(await site.requests(), []);
  });

  check('the native API takes what a page put into a list', async () => {
    const site = lab.site();
    await site.open();
    await script(site, `
      window.consentry = window.consentry || [];
      consentry.push(consentry => {
        window.client = consentry('${site.token}', { consent: { default: 'granted' }, batch: { flushIntervalMs: 100 } });
        client.track('Queued');
      });
      document.head.append(Object.assign(document.createElement('script'), { src: '/pkg/consentry.iife.js' }));`, 'window.client');
    await site.arrival('Queued');
    await site.run(page => window.consentry.push(make => (page.later = typeof make('x').track)));
    await eventually('it is called', () => site.run(page => page.later === 'function'));
  });

  check('each file is ASCII, and runs with the hash of its bytes', async () => {
    for (const name of ['consentry.iife.js', 'consentry-mixpanel.iife.js']) {
      const bytes = readFileSync(join(installed(), name));
      assert.ok(bytes.every(byte => byte < 128), name);
      const site = lab.site();
      await site.open();
      const runs = integrity => site.run((_, src, integrity) => new Promise(resolve => {
        const element = document.createElement('script');
        Object.assign(element, { src, integrity, onload: () => resolve(true), onerror: () => resolve(false) });
        document.head.append(element);
      }), `/pkg/${name}`, integrity);
      assert.equal(await runs('sha384-' + createHash('sha384').update(bytes).digest('base64')), true, name);
      assert.equal(await runs('sha384-' + createHash('sha384').update('other').digest('base64')), false, name);
    }
  });
});
