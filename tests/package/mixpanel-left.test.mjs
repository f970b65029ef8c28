// What mixpanel-browser leaves goes on with the drop-in, and back again. Both are the real ones.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const theirs = readFileSync(fileURLToPath(new URL('../node_modules/mixpanel-browser/dist/mixpanel.module.js', import.meta.url)), 'utf8');

/** Opens a page with one of the two libraries. */
async function open(site, library, config) {
  const entry = library === 'theirs' ? site.file('mixpanel-browser.js', theirs) : '/pkg/mixpanel.js';
  await site.open({ entry });
  await site.run((page, config) => {
    page.mixpanel = page.rest.default;
    page.mixpanel.init(page.token, { batch_flush_interval_ms: 100, ...config });
  }, config);
}

const queues = site => site.run(() => Object.keys(localStorage).filter(key => key.startsWith('__mpq_')));

/** What both libraries answer of a visitor. */
const visitor = site => site.run(({ mixpanel }) => [mixpanel.get_distinct_id(), mixpanel.get_property('$device_id'), mixpanel.get_property('plan'), mixpanel.has_opted_in_tracking(), mixpanel.has_opted_out_tracking()]);

inEngines((lab, check) => {
  for (const persistence of ['cookie', 'localStorage']) {
    for (const identified of [false, true]) {
      check(`what mixpanel-browser left in a ${persistence} goes on, ${identified ? 'identified' : 'anonymous'}, and back again`, async () => {
        const site = lab.site();
        await open(site, 'theirs', { persistence, batch_autostart: false });
        await site.run(({ mixpanel }, identified) => {
          mixpanel.register({ plan: 'pro' });
          if (identified) mixpanel.identify('u1');
          mixpanel.time_event('Timed');
          mixpanel.people.set('colour', 'red');
          mixpanel.opt_in_tracking({ track() {} });
          mixpanel.track('Left');
        }, identified);
        // The reference writes each of its queues in a task of its own.
        const kinds = identified ? { ev: '"Left"', pp: '"colour"' } : { ev: '"Left"' };
        const left = kinds => site.run((page, kinds) => Object.entries(kinds).every(([kind, text]) => localStorage.getItem(`__mpq_${page.token}_${kind}`)?.includes(text)), kinds);
        await eventually('it left its queues', () => left(kinds));
        const before = await visitor(site);
        const [{ payload }] = await site.run(page => JSON.parse(localStorage.getItem(`__mpq_${page.token}_ev`)).filter(({ payload }) => payload.event === 'Left'));

        await open(site, 'ours', { persistence });
        assert.deepEqual(await visitor(site), before);
        await eventually('the queue was delivered', async () => (await site.events()).includes('Left'), 2_000);
        const { properties } = (await site.records('track')).find(({ event }) => event === 'Left');
        assert.deepEqual([properties.$insert_id, properties.time, properties.plan], [payload.properties.$insert_id, payload.properties.time, 'pro']);
        await eventually('the queue is gone', async () => (await queues(site)).length === 0);
        await site.run(({ mixpanel }) => {
          mixpanel.track('Timed');
          mixpanel.identify('u1');
          mixpanel.register({ more: 1 });
        });
        await site.arrival('Timed');
        const timed = (await site.records('track')).find(({ event }) => event === 'Timed');
        assert.ok(timed.properties.$duration > 0, 'the timer went on');
        await eventually('the update was sent', async () => (await site.records('engage')).some(({ $set }) => $set?.colour === 'red'));
        const after = await visitor(site);

        await open(site, 'theirs', { persistence });
        assert.deepEqual(await visitor(site), after);
        assert.deepEqual(await site.run(({ mixpanel }) => [mixpanel.get_property('more'), mixpanel.get_distinct_id()]), [1, 'u1']);
        const names = (await site.events()).filter(event => ['Left', 'Timed'].includes(event));
        assert.deepEqual(names.sort(), ['Left', 'Timed'], 'each once');
      });
    }
  }

  for (const agrees of [true, false]) {
    check(`what mixpanel-browser left for a domain, ${agrees ? 'opted in' : 'opted out'}, goes on at a sibling, and back again`, async () => {
      const domain = lab.site().host;
      const [one, other] = ['a', 'b'].map(name => lab.site({ origin: `https://${name}.${domain}` }));
      other.token = one.token;
      const config = { persistence: 'cookie', cross_subdomain_cookie: true, opt_out_tracking_persistence_type: 'cookie' };
      const decided = site => site.run(({ mixpanel }) => [mixpanel.has_opted_in_tracking(), mixpanel.has_opted_out_tracking()]);
      await open(one, 'theirs', config);
      await one.run(({ mixpanel }, agrees) => {
        mixpanel.register({ plan: 'pro' });
        mixpanel.identify('u1');
        if (agrees) mixpanel.opt_in_tracking({ track() {} });
        else mixpanel.opt_out_tracking({ delete_user: false });
      }, agrees);
      const before = await visitor(one);

      await open(other, 'ours', config);
      assert.deepEqual(await decided(other), [agrees, !agrees]);
      if (agrees) assert.deepEqual(await visitor(other), before);
      await other.run(({ mixpanel }) => {
        mixpanel.track('Here');
        mixpanel.register({ more: 1 });
      });
      if (agrees) {
        await other.arrival('Here');
        assert.deepEqual((await other.records('track')).filter(({ event }) => event === 'Here').map(({ properties }) => properties.distinct_id), ['u1']);
      } else {
        await other.settled();
        assert.deepEqual(await other.requests(), []);
      }

      await open(one, 'theirs', config);
      assert.deepEqual(await decided(one), [agrees, !agrees]);
      if (agrees) assert.deepEqual([...(await visitor(one)), await one.run(({ mixpanel }) => mixpanel.get_property('more'))], [...before, 1]);
    });
  }

  check('who refused mixpanel-browser is refused here, what it left is removed, and back again', async () => {
    const site = lab.site();
    await open(site, 'theirs', { batch_autostart: false });
    await site.run(async ({ mixpanel, token }) => {
      mixpanel.identify('u1');
      mixpanel.opt_out_tracking({ delete_user: false });
      // What a tab that had not heard of it wrote.
      localStorage.setItem(`__mpq_${token}_ev`, JSON.stringify([{ id: 'a', flushAfter: 0, payload: { event: 'Never', properties: { token } } }]));
    });
    await open(site, 'ours');
    await site.run(({ mixpanel }) => mixpanel.track('Never'));
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    assert.deepEqual(await queues(site), []);
    assert.equal(await site.run(({ mixpanel }) => mixpanel.has_opted_out_tracking()), true);
    await open(site, 'theirs');
    assert.equal(await site.run(({ mixpanel }) => mixpanel.has_opted_out_tracking()), true);
    // And what is decided here holds there.
    await open(site, 'ours');
    await site.run(({ mixpanel }) => mixpanel.opt_in_tracking({ track() {} }));
    await open(site, 'theirs');
    assert.deepEqual(await site.run(({ mixpanel }) => [mixpanel.has_opted_in_tracking(), mixpanel.has_opted_out_tracking()]), [true, false]);
  });

  check('an old refusal of all sites is one here, and its cookie goes', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/mixpanel.js', before: [() => void (document.cookie = 'mp_optout=1; path=/')] });
    const said = await site.run(page => {
      const { default: mixpanel } = page.rest;
      mixpanel.init(page.token);
      mixpanel.track('Never');
      return [mixpanel.has_opted_out_tracking(), document.cookie.includes('mp_optout'), localStorage.getItem('__mp_opt_in_out_' + page.token)];
    });
    assert.deepEqual(said, [true, false, '0']);
  });
});
