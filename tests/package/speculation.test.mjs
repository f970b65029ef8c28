// A page that Chromium really prerenders, by speculation rules: it records, stores and sends nothing
// until the visitor follows the link. No driver: Chromium prerenders nothing while DevTools are
// attached. So the first page plays the visitor, and says what it saw in an event of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { start, stop } from './support/child.mjs';
import { folder, given } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const { args } = JSON.parse(readFileSync(new URL('../../webdriver.json', import.meta.url)))['goog:chromeOptions'];

/** The page that is prerendered records, as soon as it can. */
function records() {
  const isPrerendered = document.prerendering;
  const wanted = setInterval(() => {
    if (!window.page?.start) return;
    clearInterval(wanted);
    window.page.start({ consent: { default: 'granted' }, batch: { flushIntervalMs: 100 } });
    window.page.client.track('Viewed', { made: Date.now(), isPrerendered });
    void window.page.client.flush();
    document.cookie = 'has-recorded=1; path=/';
  }, 10);
}

/** The page before: it waits until that has recorded, and follows the link, or goes elsewhere. */
function visits() {
  const { next, to } = Object.fromEntries(new URLSearchParams(location.search));
  const wanted = setInterval(() => {
    if (!document.cookie.includes('has-recorded')) return;
    clearInterval(wanted);
    setTimeout(async () => {
      const kept = await window.page.kept();
      const data = JSON.stringify([{ event: 'Seen', properties: { token: window.page.token, kept } }]);
      await fetch('https://api-js.mixpanel.com/track/', { method: 'POST', body: new URLSearchParams({ data }) });
      location.href = to;
    }, 1_000);
  }, 10);
  const rules = document.createElement('script');
  rules.type = 'speculationrules';
  rules.text = JSON.stringify({ prerender: [{ urls: [next], eagerness: 'immediate' }] });
  document.head.append(rules);
}

inEngines(
  (lab, check) => {
    async function visit(site, next, to) {
      const first = site.page({ before: [visits], query: new URLSearchParams({ next, to }).toString() });
      const profile = '--user-data-dir=' + folder('profile');
      return start(
        given('CONSENTRY_CHROMIUM'),
        [...args, profile, `--proxy-server=http://${lab.collector.proxy}`, '--ignore-certificate-errors', first],
        'ignore',
      );
    }

    check('nothing is recorded before the page is shown, and then with its own time', async () => {
      const site = lab.site();
      const next = site.page({ before: [records] });
      const browser = await visit(site, next, next);
      try {
        await site.arrival('Seen', 'Viewed');
        const [seen, viewed, ...more] = await site.records('track');
        assert.deepEqual([seen.event, seen.properties.kept, viewed.event, more], ['Seen', { cookies: ['has-recorded'] }, 'Viewed', []]);
        const { time, made, isPrerendered } = viewed.properties;
        assert.equal(isPrerendered, true);
        assert.ok(Math.abs((time > 1e11 ? time : time * 1000) - made) < 1_000, `${time} ${made}`);
      } finally {
        await stop(browser);
      }
    });

    check('a page that is never shown leaves nothing', async () => {
      const site = lab.site();
      const after = site.page();
      const browser = await visit(site, site.page({ before: [records] }), after);
      try {
        await site.arrival('Seen');
        await eventually('it went elsewhere', async () => (await site.events()).length === 1);
        await new Promise(resolve => setTimeout(resolve, 1_000)); // longer than its interval
        assert.deepEqual(await site.events(), ['Seen']);
      } finally {
        await stop(browser);
      }
    });
  },
  ['chromium'],
);
