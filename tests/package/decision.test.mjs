// Promises 2, 3, 4, 5 and 9: a decision is kept, it holds in every tab, and out means out.
import assert from 'node:assert/strict';
import { deaf, noCookies, noLocalStorage } from './support/before.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const stores = ['localStorage', 'cookie'];

/** What remains of a site after a denial: the decision, and the records of all. */
/** A refusal in localStorage stands in a cookie as well. */
const onlyDecision = (token, store) => {
  const names = ['__mp_opt_in_out_' + token, 'consentry_' + token + '_record'];
  const history = 'consentry_' + token + '_history';
  return { cookies: names, localStorage: store === 'cookie' ? [history] : [names[0], history, names[1]] };
};

const consent = page => page.client.consent;
const kept = page => page.kept();
const refuse = page => page.client.optOut();
/** A client that was granted before it had anything else to do. */
const startGranted = async (site, options) => {
  await site.start(options);
  return site.run(page => page.client.optIn({ event: false }));
};

inEngines((lab, check) => {
  for (const store of stores) {
    const options = { consent: { storage: store, policyVersion: '2026-11' }, persistence: store };
    for (const [call, status, asked] of [['optIn', 'granted', 'hasOptedIn'], ['optOut', 'denied', 'hasOptedOut']]) {
      check(`${call} in ${store} survives a reload`, async () => {
        const site = lab.site();
        await site.open();
        await site.start(options);
        const before = Date.now();
        const now = await site.run((page, call) => page.client[call]({ via: 'banner', purposes: ['analytics'] }), call);
        const { decidedAt, ...rest } = now;
        assert.deepEqual(rest, { status, source: 'visitor', persisted: true, store, via: 'banner', policyVersion: '2026-11', purposes: { analytics: status } });
        assert.ok(decidedAt >= before - 1000 && decidedAt <= Date.now() + 1000, `decided at ${decidedAt}`);
        await site.reload();
        await site.start(options);
        assert.deepEqual(await site.run(consent), { ...now, source: 'stored' });
        assert.equal(await site.run((page, asked) => page.client[asked](), asked), true);
      });
    }

    check(`$opt_in arrives once, kept in ${store}`, async () => {
      const site = lab.site();
      await site.open();
      await site.start(options);
      const optIn = page => void page.client.optIn();
      await site.run(optIn);
      await site.run(optIn);
      for (let i = 0; i < 2; i++) {
        // A page that is left before it has heard the answer would leave the event to the next one.
        await site.run(page => page.client.flush());
        await site.reload();
        await site.start(options);
        await site.run(optIn);
        await site.run((page, i) => page.client.track('Visit ' + i), i);
        await site.arrival('Visit ' + i);
      }
      await site.settled();
      assert.deepEqual(await site.events(), ['$opt_in', 'Visit 0', 'Visit 1']);
    });

    check(`purge removes what is kept but the decision in ${store}, and goes on with a new visitor`, async () => {
      const site = lab.site();
      await site.open();
      await startGranted(site, { ...options, batch: { flushIntervalMs: 60_000 } });
      const [before, after] = await site.run(page => {
        page.client.register({ plan: 'pro' });
        page.client.track('Before');
        const before = page.client.distinctId;
        page.client.purge();
        page.client.track('After');
        return [before, page.client.distinctId];
      });
      assert.notEqual(after, before);
      await site.run(page => page.client.flush());
      await site.arrival('After');
      assert.ok(!(await site.events()).includes('Before'));
      const [event] = (await site.records('track')).filter(({ event }) => event === 'After');
      assert.equal(event.properties.distinct_id, after);
      assert.equal(event.properties.plan, undefined);
      assert.equal(await site.run(page => page.client.consent.status), 'granted');
      await site.run(page => {
        page.client.optOut();
        page.client.purge();
      });
      assert.deepEqual(await site.run(kept), onlyDecision(site.token, store));
    });

    check(`after optOut only the decision is left in ${store}, and nothing arrives`, async () => {
      const site = lab.site();
      await site.open();
      await startGranted(site, options);
      await site.run(page => {
        page.client.register({ plan: 'pro' });
        page.client.identify('user-1');
        page.client.track('Before');
        page.client.people.set({ name: 'Ada' });
      });
      await site.arrival('$identify', 'Before');
      await eventually('the profile arrived', async () => (await site.records('engage')).length);
      const before = await site.requests();
      await site.run(page => {
        page.client.track('Queued');
        page.client.people.set({ name: 'Grace' });
        page.client.optOut();
        page.client.track('After');
        page.client.people.set({ name: 'Edith' });
        page.client.register({ plan: 'basic' });
        page.client.identify('user-2');
        page.client.group('company', 'acme').set({ size: 3 });
        return page.client.flush();
      });
      await site.settled();
      await site.run(() => void dispatchEvent(new PageTransitionEvent('pagehide')));
      assert.deepEqual(await site.requests(), before);
      assert.deepEqual(await site.run(kept), onlyDecision(site.token, store));
      await site.reload();
      await site.start(options);
      await site.run(page => page.client.track('Next page'));
      await site.settled();
      assert.deepEqual(await site.requests(), before);
      assert.deepEqual(await site.run(kept), onlyDecision(site.token, store));
    });
  }

  check('$opt_in can be renamed, given properties, or left out', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    await site.run(page => void page.client.optIn({ event: 'Agreed', properties: { place: 'footer' } }));
    await site.arrival('Agreed');
    await site.run(page => {
      page.client.resetConsent();
      page.client.optIn({ event: false });
      page.client.track('Then');
    });
    await site.arrival('Then');
    const events = await site.records('track');
    assert.deepEqual(events.map(({ event }) => event), ['Agreed', 'Then']);
    assert.equal(events[0].properties.place, 'footer');
  });

  check('what is under way at optOut is closed', async () => {
    const site = lab.site();
    await site.open();
    await startGranted(site);
    await lab.collector.behave({ hang: true, times: 0 });
    await site.run(page => {
      page.client.identify('user-1');
      page.client.people.set({ name: 'Ada' });
      page.client.group('company', 'acme').set({ size: 3 });
      page.flushed = page.client.flush();
    });
    const outcomes = async () => (await site.requests()).map(({ kind, outcome }) => `${kind} ${outcome}`).sort();
    const all = outcome => ['engage', 'groups', 'track'].map(kind => `${kind} ${outcome}`);
    await eventually('three requests are open', async () => `${await outcomes()}` === `${all('open')}`);
    await site.run(refuse);
    await eventually('the client closed them', async () => `${await outcomes()}` === `${all('closed_by_client')}`, 3_000);
    assert.deepEqual(await site.run(page => page.flushed), { sent: 0, dropped: 3, pending: 0 });
    await lab.collector.behaveWell();
    await site.settled();
    assert.deepEqual(await outcomes(), all('closed_by_client'));
  });

  check('what a hidden page sent is closed at optOut as well', async () => {
    const site = lab.site();
    await site.open();
    await startGranted(site, { batch: { flushIntervalMs: 60_000 } });
    await lab.collector.behave({ hang: true, times: 0 });
    await site.run(page => {
      page.client.track('Hidden');
      Object.defineProperty(Document.prototype, 'hidden', { configurable: true, value: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    const outcomes = async () => (await site.requests()).map(({ outcome }) => outcome);
    await eventually('the request is open', async () => `${await outcomes()}` === 'open');
    await site.run(refuse);
    await eventually('the client closed it', async () => `${await outcomes()}` === 'closed_by_client', 3_000);
  });

  check('a retry that waits is cancelled by optOut', async () => {
    const site = lab.site();
    await site.open();
    await startGranted(site);
    await lab.collector.behave({ status: 503, times: 1 });
    // The first wait is at most two seconds, and may be short: who refuses does it in the task that hears of it.
    await site.run(async page => {
      page.client.track('Once');
      await page.client.flush();
      page.client.optOut();
    });
    await site.settled(2_300);
    assert.equal((await site.requests()).length, 1);
  });

  check('onConsentChange tells each change once', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    const changes = await site.run(page => {
      const heard = [];
      const unsubscribe = page.client.onConsentChange(({ after }) => heard.push(after));
      page.client.optIn();
      page.client.optIn();
      page.client.optOut();
      unsubscribe();
      page.client.optIn();
      page.client.resetConsent();
      return { all: page.changes, heard };
    });
    assert.deepEqual(changes, {
      all: [
        { before: 'pending', after: 'granted', source: 'visitor' },
        { before: 'granted', after: 'denied', source: 'visitor' },
        { before: 'denied', after: 'granted', source: 'visitor' },
        { before: 'granted', after: 'pending', source: 'default' },
      ],
      heard: ['granted', 'denied'],
    });
  });

  check('resetConsent forgets everything', async () => {
    const site = lab.site();
    await site.open();
    await startGranted(site);
    await site.run(page => page.client.register({ plan: 'pro' }));
    assert.deepEqual(await site.run(page => page.client.resetConsent()), { status: 'pending', source: 'default', persisted: false, purposes: { analytics: 'pending' } });
    assert.deepEqual(await site.run(kept), {});
  });

  check('a new grant after a withdrawal is a new visitor, and nothing from before it is sent', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    const [first, granted, second] = await site.run(page => {
      const ids = [page.client.distinctId];
      page.client.optIn({ event: false });
      ids.push(page.client.distinctId);
      page.client.track('Old');
      page.client.optOut();
      page.client.track('Between');
      page.client.optIn({ event: false });
      page.client.track('New');
      return [...ids, page.client.distinctId];
    });
    assert.equal(first, granted);
    assert.notEqual(first, second);
    await site.arrival('New');
    await site.settled();
    assert.deepEqual((await site.records('track')).map(({ event, properties }) => [event, properties.distinct_id]), [['New', second]]);
  });

  check('a profile is deleted once, before the identity is forgotten', async () => {
    const site = lab.site();
    await site.open();
    await startGranted(site);
    const deleted = await site.run(async page => {
      page.client.identify('user-1');
      page.client.people.set({ name: 'Ada' });
      const result = page.client.optOut({ deleteProfile: true });
      return { status: result.status, deleted: await result.deleted };
    });
    assert.deepEqual(deleted, { status: 'denied', deleted: true });
    await site.settled();
    const records = await site.records();
    assert.deepEqual(records.map(record => [record.$distinct_id, '$delete' in record, '$set' in record]), [['user-1', true, false]]);
  });

  check('another tab hears of a denial at once, and what it has under way is closed', async () => {
    const site = lab.site();
    await site.open();
    await startGranted(site);
    const { toFirst, toSecond } = await site.openTab();
    await site.start();
    assert.equal((await site.run(consent)).status, 'granted');
    await toFirst();
    await lab.collector.behave({ hang: true, times: 0 });
    await site.run(page => (page.client.track('Under way'), void page.client.flush()));
    const outcome = async () => (await site.requests()).map(one => one.outcome).join();
    await eventually('the request is open', async () => (await outcome()) === 'open');
    await toSecond();
    await site.run(refuse);
    await eventually('the first tab closed its request', async () => (await outcome()) === 'closed_by_client', 3_000);
    await toFirst();
    const { status, changes } = await site.run(page => {
      page.client.track('Late');
      page.client.register({ late: true });
      return { status: page.client.consent.status, changes: page.changes.map(({ after }) => after) };
    });
    assert.deepEqual({ status, changes }, { status: 'denied', changes: ['granted', 'denied'] });
    await lab.collector.behaveWell();
    await site.settled();
    assert.equal((await site.requests()).length, 1);
    assert.deepEqual(await site.run(kept), onlyDecision(site.token, 'localStorage'));
  });

  check('another tab hears of a grant', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    const { toFirst } = await site.openTab();
    await startGranted(site);
    await toFirst();
    await eventually('the first tab is granted', async () => (await site.run(consent)).status === 'granted');
    await site.run(page => page.client.track('From the first tab'));
    await site.arrival('From the first tab');
  });

  for (const store of stores) {
    check(`a tab that heard nothing of a denial in ${store} sends nothing and stores nothing`, async () => {
      const options = { consent: { storage: store }, persistence: store };
      const site = lab.site();
      await site.open({ before: [deaf] });
      await startGranted(site, options);
      await site.run(page => page.client.track('Heard'));
      await site.arrival('Heard');
      const { toFirst } = await site.openTab();
      await site.start(options);
      await site.run(refuse);
      await toFirst();
      // Browsers may take a moment to bring what one process stored to another.
      const flagged = (page, token) => (localStorage.getItem('__mp_opt_in_out_' + token) ?? document.cookie).match(/0$|=0/) !== null;
      await eventually('the denial is stored for the first tab too', () => site.run(flagged, site.token));
      assert.equal(await site.run(page => page.client.consent.status), 'granted', 'this tab was to hear nothing');
      await site.run(page => {
        page.client.register({ late: true });
        page.client.identify('user-1');
        page.client.track('Late');
      });
      await site.settled();
      assert.deepEqual(await site.events(), ['Heard']);
      assert.equal((await site.run(consent)).status, 'denied');
      assert.deepEqual(await site.run(kept), onlyDecision(site.token, store));
    });
  }

  check('a tab that heard nothing, and has nothing to send, brings no key back', async () => {
    const site = lab.site();
    await site.open({ before: [deaf] });
    await startGranted(site);
    const { toFirst } = await site.openTab();
    await site.start();
    await site.run(refuse);
    await toFirst();
    await eventually('the denial is stored for the first tab too', () =>
      site.run((page, token) => localStorage.getItem('__mp_opt_in_out_' + token) === '0', site.token),
    );
    await site.run(page => page.client.register({ late: true }));
    await site.settled();
    assert.deepEqual(await site.run(kept), onlyDecision(site.token, 'localStorage'));
  });

  check('two clients of one project on a page: a denial of one stops the other at once', async () => {
    const site = lab.site();
    await site.open();
    await startGranted(site);
    const status = await site.run(page => {
      const other = page.consentry(page.token, { batch: { flushIntervalMs: 100 } });
      other.track('Queued');
      page.client.optOut();
      other.track('Late');
      other.register({ late: true });
      return other.consent.status;
    });
    assert.equal(status, 'denied');
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    assert.deepEqual(await site.run(kept), onlyDecision(site.token, 'localStorage'));
  });

  check('localStorage that throws: the cookie keeps the decision', async () => {
    const site = lab.site();
    await site.open({ before: [noLocalStorage] });
    await site.start();
    // A store that cannot be read never means granted; nor does it mean that nobody may be asked.
    assert.deepEqual(await site.run(consent), { status: 'denied', source: 'fault', persisted: false, purposes: { analytics: 'denied' } });
    const { status, store, persisted } = await site.run(refuse);
    assert.deepEqual({ status, store, persisted }, { status: 'denied', store: 'cookie', persisted: true });
    await site.reload();
    await site.start();
    const after = await site.run(consent);
    assert.deepEqual([after.status, after.source, after.store], ['denied', 'stored', 'cookie']);
  });

  check('no store at all: the page stays denied and says so', async () => {
    const site = lab.site();
    await site.open({ before: [noLocalStorage, noCookies] });
    await site.start();
    const { status, source, persisted } = await site.run(refuse);
    assert.deepEqual({ status, source, persisted }, { status: 'denied', source: 'fault', persisted: false });
    await site.run(page => (page.client.track('Late'), page.client.flush()));
    await site.settled();
    assert.equal((await site.run(consent)).status, 'denied');
    assert.deepEqual(await site.run(page => page.codes()), ['not_persisted']);
    assert.deepEqual(await site.requests(), []);
  });

  check('a cookie the browser refuses: localStorage keeps the decision', async () => {
    const site = lab.site({ secure: false });
    const options = { consent: { storage: 'cookie', cookie: { secure: true } } };
    await site.open();
    await site.start(options);
    const { status, store, persisted } = await site.run(refuse);
    assert.deepEqual({ status, store, persisted }, { status: 'denied', store: 'localStorage', persisted: true });
    await site.reload();
    await site.start(options);
    assert.equal((await site.run(consent)).status, 'denied');
    const { localStorage } = onlyDecision(site.token, 'localStorage');
    assert.deepEqual(await site.run(kept), { localStorage }, 'no cookie is taken');
  });
});
