// What is promised, of an application in Rust: promises 1, 2, 3, 4 and 7, and that it is one with the
// npm package's pages of its origin.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deaf, spies } from '../../package/support/before.mjs';
import { given } from '../../package/support/environment.mjs';
import { eventually } from '../../package/support/eventually.mjs';
import { inEngines } from '../../package/support/lab.mjs';
import { App } from './app.mjs';

/** What remains of the origin after a denial: the decision, and the records of all. */
const onlyDecision = token => {
  const names = ['__mp_opt_in_out_' + token, 'consentry_' + token + '_record'];
  return { cookies: names, localStorage: [...names, 'consentry_' + token + '_history'].sort() };
};

/** Each behaviour of a server that takes nothing. */
const away = [
  ['resets every connection', { reset: true, times: 0 }],
  ['answers 503', { status: 503, times: 0 }],
];

/** Defines the tests of the example of this name. */
export function application(name) {
  const folders = { '/examples': given('CONSENTRY_EXAMPLES') };
  const html = readFileSync(join(folders['/examples'], name, 'index.html'), 'utf8');

  inEngines((lab, check) => {
    /** The application on an origin of its own. */
    const app = async ({ before } = {}) => {
      const app = new App(lab.site(), name, html);
      await app.open({ before });
      return app;
    };
    const allowed = async options => {
      const page = await app(options);
      await page.press('accept');
      await page.site.arrival('$opt_in');
      return page;
    };

    check('while nobody has decided nothing is stored and nothing is sent', async () => {
      const page = await app({ before: [spies] });
      assert.equal(await page.status(), 'pending');
      for (let i = 0; i < 5; i++) await page.press('track');
      await page.settled();
      await page.run(() => void dispatchEvent(new PageTransitionEvent('pagehide')));
      assert.deepEqual(await page.run(page => page.kept()), {});
      assert.deepEqual(await page.site.requests(), []);
      // The page's wasm is fetched.
      assert.deepEqual(await page.run(() => seen.filter(name => name !== 'fetch')), []);

      await page.press('accept');
      await page.site.arrival('$opt_in');
      await page.press('track');
      await page.site.arrival('Pressed');
      assert.equal(await page.status(), 'granted');
      assert.deepEqual(await page.site.events(), ['$opt_in', 'Pressed'], 'what was pressed before is not recorded');
      assert.ok((await page.run(() => seen)).includes('setItem'), 'the spies see what is stored');
      const [{ properties }] = (await page.site.records('track')).slice(1);
      assert.equal(properties.place, 'page');
      assert.equal(await page.text('error'), '');
    });

    check('a refusal aborts what is under way, and only the decision is left', async () => {
      const page = await allowed();
      await lab.collector.behave({ hang: true, times: 0 });
      await page.press('track');
      await page.underWay('open');
      await page.press('track');
      await page.press('again');
      await page.press('refuse');
      await page.underWay('closed_by_client');
      assert.equal(await page.status(), 'denied');
      const before = (await page.site.requests()).length;
      await lab.collector.behaveWell();
      await page.press('track');
      await page.settled();
      assert.deepEqual(await page.run(page => page.kept()), onlyDecision(page.site.token));
      await page.reload();
      assert.equal(await page.status(), 'denied');
      assert.equal(await page.shows('banner'), false);
      await page.press('track');
      await page.settled();
      assert.equal((await page.site.requests()).length, before);
      assert.deepEqual(await page.run(page => page.kept()), onlyDecision(page.site.token));
    });

    check('another tab hears of a refusal at once, aborts and sends nothing', async () => {
      const page = await allowed();
      const { toFirst, toSecond } = await page.openTab();
      assert.equal(await page.status(), 'granted');
      await toFirst();
      await lab.collector.behave({ hang: true, times: 0 });
      await page.press('track');
      await page.underWay('open');
      await page.press('track');
      await toSecond();
      await page.press('again');
      await page.press('refuse');
      await page.underWay('closed_by_client');
      await toFirst();
      await eventually('the first tab shows it', async () => (await page.status()) === 'denied', 3_000);
      const before = (await page.site.requests()).length;
      await lab.collector.behaveWell();
      await page.press('track');
      await page.settled();
      assert.equal((await page.site.requests()).length, before);
      assert.deepEqual(await page.run(page => page.kept()), onlyDecision(page.site.token));
    });

    check('a tab that heard nothing of a refusal sends nothing and stores nothing', async () => {
      const page = await allowed({ before: [deaf] });
      const { toFirst } = await page.openTab();
      await page.press('again');
      await page.press('refuse');
      await toFirst();
      // Browsers may take a moment to bring what one process stored to another.
      const flagged = (page, token) => localStorage.getItem('__mp_opt_in_out_' + token) === '0';
      await eventually('the refusal is stored for the first tab too', () => page.run(flagged, page.site.token));
      assert.equal(await page.status(), 'granted', 'this tab was to hear nothing');
      const before = (await page.site.requests()).length;
      await page.press('track');
      await page.settled();
      assert.equal((await page.site.requests()).length, before);
      assert.equal(await page.status(), 'denied');
      assert.deepEqual(await page.run(page => page.kept()), onlyDecision(page.site.token));
    });

    check('who agrees anew is somebody new, and nothing from before is sent', async () => {
      const page = await allowed();
      await lab.collector.behave({ hang: true, times: 0 });
      await page.press('track');
      await page.underWay('open');
      await page.press('again');
      await page.press('refuse');
      await page.underWay('closed_by_client');
      await lab.collector.behaveWell();
      await page.press('again');
      await page.press('accept');
      await eventually('a second $opt_in arrived', async () => (await page.site.events()).length === 2);
      await page.settled();
      const [first, second, ...more] = await page.site.records('track');
      assert.deepEqual([first.event, second.event, more], ['$opt_in', '$opt_in', []]);
      assert.notEqual(first.properties.distinct_id, second.properties.distinct_id);
    });

    for (const [what, behaviour] of away) {
      check(`what is recorded while the server ${what} arrives after a reload, as the same record`, async () => {
        const page = await allowed();
        await lab.collector.behave(behaviour);
        await page.press('track');
        const tried = async () => (await page.site.requests()).find(({ records }) => records.some(({ event }) => event === 'Pressed'));
        const { records } = await eventually('it was tried', tried);
        await page.press('track');
        await page.reload();
        await lab.collector.behaveWell();
        const pressed = async () => (await page.site.records('track')).filter(({ event }) => event === 'Pressed');
        await eventually('both arrived', async () => new Set((await pressed()).map(({ properties }) => properties.$insert_id)).size === 2, 20_000);
        const again = (await pressed()).find(({ properties }) => properties.$insert_id === records[0].properties.$insert_id);
        assert.ok(again, 'the one that was tried has kept its id');
        for (const name of ['time', 'distinct_id']) assert.equal(again.properties[name], records[0].properties[name], name);
      });
    }

    check('what the server refuses for good is told on the page', async () => {
      const page = await allowed();
      await lab.collector.behave({ status: 400, times: 1 });
      await page.press('track');
      await eventually('the page tells it', async () => (await page.text('error')) !== '');
      await page.press('track');
      await page.site.arrival('Pressed');
      assert.equal((await page.site.events()).filter(event => event === 'Pressed').length, 1);
    });

    check('what this page decides and records, a page with the npm package goes on with', async () => {
      const page = await allowed();
      await lab.collector.behave({ status: 503, times: 0 });
      await page.press('track');
      const id = (await page.site.records('track'))[0].properties.distinct_id;
      await page.openPackage();
      assert.deepEqual(await page.run(page => [page.client.consent.status, page.client.consent.via, page.client.distinctId]), ['granted', 'banner', id]);
      await lab.collector.behaveWell();
      await page.run(page => page.client.track('From the package'));
      await page.site.arrival('Pressed', 'From the package');
      const ids = (await page.site.records('track')).map(({ properties }) => properties.distinct_id);
      assert.deepEqual([...new Set(ids)], [id]);
    });

    check('what a page with the npm package decides and records, this page goes on with', async () => {
      const page = new App(lab.site(), name, html);
      await page.openPackage();
      await page.run(page => page.client.optIn());
      await page.site.arrival('$opt_in');
      await lab.collector.behave({ status: 503, times: 0 });
      const id = await page.run(page => {
        page.client.register({ plan: 'pro' });
        page.client.track('From the package');
        return page.client.distinctId;
      });
      await page.open();
      assert.equal(await page.status(), 'granted');
      assert.equal(await page.shows('banner'), false);
      await lab.collector.behaveWell();
      await page.press('track');
      await page.site.arrival('From the package', 'Pressed');
      const events = (await page.site.records('track')).filter(({ event }) => event !== '$opt_in');
      for (const { event, properties } of events) assert.deepEqual([properties.distinct_id, properties.plan], [id, 'pro'], event);
    });

    check('a refusal on this page or on one with the npm package is heard by the other', async () => {
      const page = await allowed();
      const { toFirst, toSecond } = await page.openTab(() => page.openPackage());
      assert.equal(await page.run(page => page.client.consent.status), 'granted');
      await page.run(page => void page.client.optOut());
      await toFirst();
      await eventually('the application shows it', async () => (await page.status()) === 'denied', 3_000);
      await page.press('again');
      await page.press('accept');
      await toSecond();
      const heard = status => () => page.run((page, status) => page.changes.at(-1)?.after === status, status);
      await eventually('the package hears of the grant', heard('granted'), 3_000);
      await toFirst();
      await page.press('again');
      await page.press('refuse');
      await toSecond();
      await eventually('the package hears of the refusal', heard('denied'), 3_000);
      assert.deepEqual(await page.run(page => page.kept()), onlyDecision(page.site.token));
    });
  }, ['chromium', 'firefox'], { folders });
}
