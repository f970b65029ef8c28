// Ids as hashes: what a site calls somebody is in no request, store or error, with both surfaces.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { inEngines } from './support/lab.mjs';

const salt = 'a salt';
const hash = id => createHmac('sha256', salt).update(id).digest('hex');
/** Names that must be nowhere. */
const names = ['jane@x', 'jane@y', 'acme corp', 'apex corp', 'early@x'];

/** Everything the origin keeps, and everything its pages were told. */
const left = site =>
  site.run(page => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, decodeURIComponent(document.cookie), page.errors, page.heard]));

async function nobodyIsNamed(site) {
  const seen = [await left(site), JSON.stringify(await site.requests())];
  for (const name of names) assert.ok(seen.every(text => !text.includes(name)), name);
}

inEngines((lab, check) => {
  check('ids of users and groups are hashes wherever they go', async () => {
    const site = lab.site();
    await site.open();
    const numbers = await site.run(async (page, salt) => {
      const { hashId } = await import('/pkg/hash.js');
      page.heard = [];
      const client = page.start({ anonymizeIds: { salt, hashId }, batch: { flushIntervalMs: 100 } });
      client.optIn({ event: false });
      const device = client.distinctId;
      client.alias('jane@y', device);
      client.identify('jane@x');
      client.identify(client.distinctId); // what is a hash already
      client.setGroup('company', ['acme corp', 7]);
      client.addGroup('company', 'apex corp');
      client.group('company', 'acme corp').set({ plan: 'pro' });
      client.track('Viewed');
      for (const none of ['undefined', '', '$device:x']) client.identify(none);
      await client.flush();
      return [hashId(7, salt), hashId('7', salt)];
    }, salt);
    const [viewed] = (await site.records('track')).filter(({ event }) => event === 'Viewed');
    assert.equal(viewed.properties.distinct_id, hash('jane@x'));
    assert.deepEqual(viewed.properties.company, [hash('acme corp'), hash('7'), hash('apex corp')]);
    assert.deepEqual(numbers, [hash('7'), hash('7')]);
    const [group] = await site.records('groups');
    assert.equal(group.$group_id, hash('acme corp'));
    const [alias] = (await site.records('track')).filter(({ event }) => event === '$create_alias');
    assert.equal(alias.properties.alias, hash('jane@y'));
    assert.match(alias.properties.distinct_id, /^\$device:/);
    assert.ok((await site.records('engage')).every(update => update.$distinct_id === hash('jane@x')));
    await nobodyIsNamed(site);
    assert.ok((await site.run(page => page.codes())).includes('invalid_user_id'));
  });

  check('of calls from before the core runs no queue has the id', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    await site.run(async (page, salt) => {
      const { hashId } = await import('/pkg/hash.js');
      page.heard = [];
      const client = page.start({ anonymizeIds: { salt, hashId }, consent: { default: 'granted' }, batch: { flushIntervalMs: 100 } });
      client.identify('early@x');
      client.track('Early');
      await page.rest.init('/pkg/consentry.wasm');
      await client.ready;
      await client.flush();
    }, salt);
    const [early] = (await site.records('track')).filter(({ event }) => event === 'Early');
    assert.equal(early.properties.$user_id, hash('early@x'));
    await nobodyIsNamed(site);
  });

  check('the drop-in hashes them too, and takes none where the function is missing', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/mixpanel.js' });
    await site.run(async (page, salt) => {
      const { hashId } = await import('/pkg/hash.js');
      const mixpanel = (page.mixpanel = page.rest.default);
      page.heard = [];
      const heard = (...said) => page.heard.push(said);
      const config = { batch_requests: false, error_reporter: ({ message }) => page.errors.push(message) };
      mixpanel.init(page.token, { ...config, anonymizeIds: { salt, hashId } });
      mixpanel.people.set('early', 1);
      mixpanel.identify('jane@x');
      mixpanel.alias('jane@y');
      mixpanel.set_group('company', 'acme corp', heard);
      mixpanel.add_group('company', 'apex corp', heard);
      mixpanel.get_group('company', 'acme corp').set('plan', 'pro', heard);
      mixpanel.track_with_groups('Viewed', {}, { company: ['acme corp'] }, heard);
      mixpanel.identify('jane@x');
      mixpanel.identify('jane@y');
      mixpanel.init(page.token, { ...config, anonymizeIds: { salt }, persistence_name: 'second' }, 'second');
      mixpanel.second.identify('jane@x');
      await new Promise(resolve => mixpanel.track('Last', {}, resolve));
    }, salt);
    const events = await site.records('track');
    const of = name => events.find(({ event }) => event === name).properties;
    assert.deepEqual(of('Viewed').company, [hash('acme corp')]);
    assert.equal(of('Viewed').distinct_id, hash('jane@x'));
    assert.equal(of('$create_alias').alias, hash('jane@y'));
    assert.ok((await site.records('groups')).every(({ $group_id }) => $group_id === hash('acme corp')));
    await nobodyIsNamed(site);
    assert.match((await site.run(page => page.errors)).join('\n'), /anonymizeIds\.hashId/);
  });

  check('somebody who was stored by name is somebody new', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    await site.run(page => {
      page.client.optIn({ event: false });
      page.client.identify('jane@x');
      return page.client.flush();
    });
    await lab.collector.clear();
    await site.reload();
    await site.run(async (page, salt) => {
      const { hashId } = await import('/pkg/hash.js');
      page.heard = [];
      const client = page.start({ anonymizeIds: { salt, hashId }, batch: { flushIntervalMs: 100 } });
      client.track('After');
      client.identify('jane@x');
      await client.flush();
    }, salt);
    await nobodyIsNamed(site);
    const [after] = (await site.records('track')).filter(({ event }) => event === 'After');
    assert.match(after.properties.distinct_id, /^\$device:/);
  });
});
