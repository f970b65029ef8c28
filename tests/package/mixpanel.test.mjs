// The drop-in for mixpanel-browser: its names, options, answers and requests.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const entry = '/pkg/mixpanel.js';
/** What a page of a test sets up: short waits, and a notebook of callbacks and errors. */
const open = async (site, config = {}, page = {}) => {
  await site.open({ entry, ...page });
  await site.run((page, config) => {
    page.mixpanel = page.rest.default;
    page.heard = [];
    page.mixpanel.init(page.token, { batch_flush_interval_ms: 100, ...config, error_reporter: ({ message }) => page.errors.push(message) });
  }, config);
};

const recordsOf = async (site, kind) => (await site.requests()).filter(one => one.kind === kind).flatMap(({ records }) => records);

const stored = (site, token) => site.run((page, name) => {
  const found = document.cookie.split('; ').find(pair => pair.startsWith(name + '='));
  return found ? JSON.parse(decodeURIComponent(found.slice(name.length + 1))) : JSON.parse(localStorage.getItem(name));
}, `mp_${token ?? site.token}_mixpanel`);

inEngines((lab, check) => {
  check('an event goes out as mixpanel-browser sends it, and the callback hears 1', async () => {
    const site = lab.site();
    await open(site);
    const record = await site.run(page => page.mixpanel.track('Bought', { plan: 'pro' }, (...said) => page.heard.push(said[0])));
    assert.equal(record.event, 'Bought');
    assert.equal(record.properties.plan, 'pro');
    await site.arrival('Bought');
    assert.deepEqual(await site.run(page => page.heard), [1]);
    const [request] = await site.requests();
    assert.equal(request.path, '/track/');
    assert.deepEqual([request.query.verbose, request.query.ip], ['1', '1']);
    const [{ properties }] = await site.records('track');
    assert.equal(properties.token, site.token);
    assert.equal(properties.plan, 'pro');
    assert.equal(properties.distinct_id, '$device:' + properties.$device_id);
    const entry = await stored(site);
    assert.equal(entry.distinct_id, properties.distinct_id);
  });

  check('without batches a request starts before the call returns, as one bare record, and the callback hears the server', async () => {
    const site = lab.site();
    await open(site, { batch_requests: false });
    await lab.collector.behave({ status: 200, body: '0', times: 1 });
    const started = await site.run(async page => {
      const real = window.fetch;
      let started = 0;
      window.fetch = (...values) => (started++, real(...values));
      await new Promise(resolve => {
        page.mixpanel.track('One', {}, response => resolve(page.heard.push(response)));
        page.startedAtOnce = started;
      });
      await new Promise(resolve => page.mixpanel.track('Two', {}, response => resolve(page.heard.push(response))));
      return page.startedAtOnce;
    });
    assert.equal(started, 1);
    assert.deepEqual(await site.run(page => page.heard), [0, 1]);
    const [first] = await site.requests();
    assert.equal(first.query.verbose, undefined);
  });

  check('updates of a profile wait for identify, over pages, and are sent as one each', async () => {
    const site = lab.site();
    await open(site);
    const heard = await site.run(page => {
      const { people } = page.mixpanel;
      const heard = [];
      people.set('plan', 'pro', said => heard.push(said));
      people.set_once('first', 1);
      people.increment('visits');
      people.increment({ visits: 2 });
      people.append('list', 'a');
      people.union('tags', ['x', 'y']);
      people.union('tags', 'x');
      people.unset('old');
      people.remove('gone', 'b');
      return heard;
    });
    assert.deepEqual(heard, [-1]);
    const entry = await stored(site);
    assert.equal(entry.__mps.plan, 'pro');
    assert.equal(entry.__mpa.visits, 3);
    assert.deepEqual(entry.__mpu.tags, ['x', 'y']);
    assert.deepEqual(entry.__mpap, [{ list: 'a' }]);
    assert.deepEqual(entry.__mpus, { old: true });
    assert.deepEqual(entry.__mpr, [{ gone: 'b' }]);
    assert.equal((await recordsOf(site, 'engage')).length, 0);
    await open(site);
    await site.run(page => page.mixpanel.identify('u1', said => page.heard.push(said)));
    await eventually('all arrived', async () => (await site.records('engage')).length >= 7);
    const records = await site.records('engage');
    assert.deepEqual(records.map(record => Object.keys(record).find(key => /^\$(set|set_once|unset|add|union|append|remove)$/.test(key))), [
      '$set', '$set_once', '$unset', '$add', '$union', '$append', '$remove',
    ]);
    assert.ok(records.every(record => record.$distinct_id === 'u1' && record.$user_id === 'u1'));
    assert.equal(records[1].$set_once.$initial_referrer, '$direct');
    assert.deepEqual(await site.run(page => page.heard), [1]);
    await site.arrival('$identify'); // of another kind, so in a request of its own
    const events = await site.records('track');
    assert.deepEqual(events.map(({ event }) => event), ['$identify']);
    assert.match(events[0].properties.$anon_distinct_id, /^\$device:/);
    const after = await stored(site);
    assert.equal(after.distinct_id, 'u1');
    assert.deepEqual(after.__mps, {});
  });

  check('a refusal holds for every call, and each hears 0', async () => {
    const site = lab.site();
    await open(site);
    await site.run(page => page.mixpanel.track('Before'));
    const heard = await site.run(page => {
      const { mixpanel } = page;
      mixpanel.identify('u1');
      mixpanel.opt_out_tracking({ delete_user: false });
      const heard = [];
      const done = said => heard.push(said);
      mixpanel.track('A', {}, done);
      mixpanel.track_with_groups('A', {}, { company: 'x' }, done);
      mixpanel.set_group('company', 'x', done);
      mixpanel.add_group('company', 'x', done);
      mixpanel.remove_group('company', 'x', done);
      for (const name of ['set', 'set_once', 'append', 'remove', 'union', 'increment']) mixpanel.people[name]('a', 1, done);
      mixpanel.people.unset('a', done);
      const group = mixpanel.get_group('company', 'x');
      for (const name of ['set', 'set_once', 'union', 'remove']) group[name]('a', 1, done);
      group.unset('a', done);
      group.delete(done);
      return [heard, mixpanel.has_opted_out_tracking(), mixpanel.has_opted_in_tracking(), localStorage.getItem('__mp_opt_in_out_' + page.token), document.cookie];
    });
    assert.deepEqual(heard[0], Array(18).fill(0));
    assert.deepEqual(heard.slice(1, 4), [true, false, '0']);
    assert.ok(!heard[4].includes('_mixpanel'), heard[4]);
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    await open(site);
    assert.equal(await site.run(page => page.mixpanel.has_opted_out_tracking()), true);
    await site.run(page => page.mixpanel.track('B'));
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    await site.run(page => page.mixpanel.opt_in_tracking({ track_event_name: 'Agreed', track_properties: { how: 'banner' } }));
    await site.arrival('Agreed');
    assert.deepEqual(await site.run(page => [page.mixpanel.has_opted_in_tracking(), page.mixpanel.has_opted_out_tracking()]), [true, false]);
    await site.run(page => page.mixpanel.opt_in_tracking());
    await site.settled();
    assert.deepEqual(await site.events(), ['Agreed']);
  });

  check('the options of a call say where its flag is, and the decision holds all the same', async () => {
    const site = lab.site();
    await open(site);
    const said = await site.run(page => {
      const { mixpanel } = page;
      const where = { persistence_type: 'cookie', cookie_prefix: 'own_', cookie_expiration: 30 };
      mixpanel.opt_out_tracking(where);
      return [document.cookie.includes('own_' + page.token + '=0'), mixpanel.has_opted_out_tracking(where), mixpanel.has_opted_out_tracking()];
    });
    assert.deepEqual(said, [true, true, true]);
  });

  check('with an opt-out by default nothing is stored, and a grant begins', async () => {
    const site = lab.site();
    await open(site, { opt_out_tracking_by_default: true });
    await site.run(page => page.mixpanel.track('A'));
    await site.settled();
    assert.deepEqual(await site.run(page => page.kept()), {});
    assert.equal(await site.run(page => page.mixpanel.has_opted_out_tracking()), true);
    await site.run(page => page.mixpanel.opt_in_tracking());
    await site.arrival('$opt_in');
  });

  check('every spelling of Do Not Track is a refusal, until it is ignored', async () => {
    for (const [where, value] of [['navigator.doNotTrack', '1'], ['navigator.msDoNotTrack', 'yes'], ['window.doNotTrack', 1], ['navigator.doNotTrack', true]]) {
      const site = lab.site();
      await site.open({ entry });
      const said = await site.run((page, where, value) => {
        const [object, name] = where.split('.');
        const target = object === 'navigator' ? navigator : window;
        Object.defineProperty(target, name, { value, configurable: true });
        const { default: mixpanel } = page.rest;
        mixpanel.init(page.token);
        const other = mixpanel.init(page.token + '2', { ignore_dnt: true }, 'other');
        return [mixpanel.has_opted_out_tracking(), other.has_opted_out_tracking()];
      }, where, value);
      assert.deepEqual(said, [true, false], where);
    }
  });

  check('calls from before init wait, the choice goes first, and named exports are the same', async () => {
    const site = lab.site();
    await site.open({ entry });
    const said = await site.run(page => {
      const { default: mixpanel, track, people, has_opted_out_tracking: out } = page.rest;
      const before = [track('Early', { a: 1 }), mixpanel.get_distinct_id(), out(), people.set('plan', 'pro')];
      const loaded = [];
      const returned = mixpanel.init(page.token, { batch_flush_interval_ms: 100, loaded: me => loaded.push(me === mixpanel, !!me.get_distinct_id()) });
      return [before, loaded, returned ?? 'nothing', mixpanel.init('other') ?? 'nothing', mixpanel.get_config('token') === page.token, '' + mixpanel, '' + mixpanel.people];
    });
    assert.deepEqual(said, [[null, null, false, null], [true, true], 'nothing', 'nothing', true, 'mixpanel', 'mixpanel.people']);
    await site.arrival('Early');
    const refusing = lab.site();
    await refusing.open({ entry });
    await refusing.run(page => {
      page.rest.track('Never');
      page.rest.opt_out_tracking();
      page.rest.init(page.token, { batch_flush_interval_ms: 100 });
    });
    await refusing.settled();
    assert.deepEqual(await refusing.requests(), []);
  });

  check('instances have names, push takes every form, and super properties are as they were', async () => {
    const site = lab.site();
    await open(site);
    const said = await site.run(page => {
      const { mixpanel } = page;
      const other = mixpanel.init(page.token + 'b', {}, 'other');
      const same = mixpanel.init('x', {}, 'other');
      const refused = mixpanel.init('y', {}, 'track');
      mixpanel.push(['register', { a: 1, b: 'None' }]);
      mixpanel.push(function () {
        this.register_once({ a: 2, b: 3, c: 4 });
      });
      mixpanel.push([['get_group', 'company', 'acme'], ['set', 'size', 3]]);
      mixpanel.push(['people.set', { plan: 'pro' }]);
      mixpanel.register({ page: 'only' }, { persistent: false });
      mixpanel.unregister('c');
      mixpanel.track('E', { own: true });
      const group = mixpanel.get_group('company', 'acme');
      return [other === mixpanel.other, same === other, refused ?? 'nothing', '' + other, '' + group, ['a', 'b', 'c', 'page'].map(key => mixpanel.get_property(key))];
    });
    assert.deepEqual(said, [true, true, 'nothing', 'mixpanel.other', 'mixpanel.group.company.acme', [1, 3, null, null]]);
    await site.arrival('E');
    const [{ properties }] = await site.records('track');
    assert.deepEqual([properties.a, properties.b, properties.c, properties.page, properties.own], [1, 3, undefined, 'only', true]);
    await eventually('the group', async () => (await site.records('groups')).length === 1);
    const [group] = await site.records('groups');
    assert.deepEqual([group.$group_key, group.$group_id, group.$set], ['company', 'acme', { size: 3 }]);
  });

  check('groups of the visitor are super properties, and remove_group removes', async () => {
    const site = lab.site();
    await open(site);
    const said = await site.run(page => {
      const { mixpanel } = page;
      const seen = [];
      mixpanel.set_group('company', 'a');
      seen.push(mixpanel.get_property('company'));
      mixpanel.add_group('company', 'b');
      seen.push(mixpanel.get_property('company'));
      mixpanel.remove_group('company', 'a');
      seen.push(mixpanel.get_property('company'));
      return seen;
    });
    assert.deepEqual(said, [['a'], ['a', 'b'], ['b']]);
  });

  check('timers, aliases and page views', async () => {
    const site = lab.site();
    await open(site);
    await site.run(async page => {
      const { mixpanel } = page;
      mixpanel.time_event('Timed');
      await page.rung(60);
      mixpanel.track('Timed');
      mixpanel.track('Timed');
      mixpanel.track_pageview();
      mixpanel.alias('u9');
    });
    await site.arrival('Timed', '$mp_web_page_view', '$create_alias', '$identify');
    const events = await site.records('track');
    const [first, second] = events.filter(({ event }) => event === 'Timed');
    assert.ok(first.properties.$duration >= 0.05 && first.properties.$duration < 60, first.properties.$duration);
    assert.equal(second.properties.$duration, undefined);
    const view = events.find(({ event }) => event === '$mp_web_page_view');
    assert.equal(view.properties.current_domain, site.host);
    assert.equal(view.properties.current_page_title, 'shop');
    const alias = events.find(({ event }) => event === '$create_alias');
    assert.equal(alias.properties.alias, 'u9');
    assert.match(alias.properties.distinct_id, /^\$device:/);
  });

  check('hooks change and drop what is sent, and cannot bring back what is listed or break the page', async () => {
    const site = lab.site();
    await site.open({ entry });
    await site.run(page => {
      page.mixpanel = page.rest.default;
      page.mixpanel.init(page.token, {
        batch_flush_interval_ms: 100,
        property_blacklist: ['secret', '$browser'],
        error_reporter: ({ message }) => page.errors.push(message),
        hooks: {
          before_track: (name, props) => (name === 'Drop' ? null : [name + '!', { ...props, secret: 1, hooked: true }]),
          before_send_events: [
            record => (record.event === 'Late!' ? null : { ...record, properties: { ...record.properties, secret: 2, sent: true } }),
            () => {
              throw new Error('a hook of the page');
            },
          ],
        },
      });
      page.mixpanel.track('Drop');
      page.mixpanel.track('Late');
      page.mixpanel.track('Keep', { a: 1 });
    });
    await site.arrival('Keep!');
    await site.settled();
    assert.deepEqual(await site.events(), ['Keep!']);
    const [{ properties }] = await site.records('track');
    assert.deepEqual([properties.secret, properties.hooked, properties.sent, properties.$browser, properties.a], [undefined, true, true, undefined, 1]);
    assert.ok((await site.run(page => page.errors)).some(message => message.includes('hook threw')));
  });

  check('the senders stop and start, and set_config changes what is sent', async () => {
    const site = lab.site();
    await open(site, { batch_autostart: false });
    await site.run(page => page.mixpanel.track('Held'));
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    await site.run(page => page.mixpanel.start_batch_senders());
    await site.arrival('Held');
    await site.run(page => {
      page.mixpanel.stop_batch_senders();
      page.mixpanel.track('Later');
      page.mixpanel.set_config({ ip: false, property_blacklist: ['plan'], api_extra_query_params: { site: 'a b' }, api_routes: { track: 'track', engage: 'engage/', groups: 'groups/' } });
      page.mixpanel.start_batch_senders();
      page.mixpanel.track('New', { plan: 1 });
    });
    await eventually('the new address', async () => (await site.requests()).some(({ path }) => path === '/track'));
    const { query } = (await site.requests()).find(({ path }) => path === '/track');
    assert.deepEqual([query.ip, query.site], ['0', 'a b']);
  });

  check('what is not there answers as if it were off, with one warning', async () => {
    const site = lab.site();
    await open(site);
    const said = await site.run(async page => {
      const warnings = [];
      console.warn = text => warnings.push(text);
      const { mixpanel } = page;
      const { flags } = mixpanel;
      const answers = [
        flags.are_flags_ready(),
        flags.get_variant_sync('f', { key: 'k', value: 1 }),
        await flags.get_variant('f', { key: 'k', value: 1 }),
        flags.get_variant_value_sync('f', 2),
        await flags.get_variant_value('f', 2),
        flags.get_all_variants_sync().size,
        flags.is_enabled_sync('f'),
        await flags.is_enabled('f', true),
        mixpanel.get_session_recording_properties(),
        mixpanel.get_session_replay_url(),
        mixpanel.get_tab_id(),
        (await mixpanel.start_session_recording()) ?? 'nothing',
        (await mixpanel.stop_session_recording()) ?? 'nothing',
        mixpanel.people.track_charge(3) ?? 'nothing',
      ];
      return [answers, warnings.length];
    });
    const variant = { key: 'k', value: 1, variant_source: 'fallback', fallback_reason: 'NOT_READY' };
    assert.deepEqual(said, [[false, variant, variant, 2, 2, 0, false, true, {}, null, null, 'nothing', 'nothing', 'nothing'], 3]);
    await site.settled();
    assert.deepEqual(await site.requests(), []);
  });

  check('clicks on links and submitted forms are told before the page is left', async () => {
    const site = lab.site();
    await open(site);
    const next = site.page({ entry });
    await site.run((page, next) => {
      document.body.innerHTML = `<a id="go" href="${next}">go</a>`;
      page.mixpanel.track_links('#go', 'Clicked', { where: 'nav' });
      page.none = page.mixpanel.track_links('#none', 'Never') ?? 'nothing';
      document.querySelector('#go').click();
    }, next);
    await eventually('the page is left', async () => (await lab.driver.getCurrentUrl()) === next);
    await site.arrived();
    await open(site);
    await site.arrival('Clicked');
    const [{ properties }] = await site.records('track');
    assert.deepEqual([properties.where, properties.url], ['nav', next]);
  });
});
