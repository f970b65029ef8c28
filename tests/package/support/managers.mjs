// The situations in which every adapter has to be right, each as a visitor and a site come into it.
import assert from 'node:assert/strict';
import { globalPrivacyControl } from './before.mjs';
import { eventually } from './eventually.mjs';

/** Opens a page of a site where the manager is not loaded yet, and starts a client with its adapter. */
export async function arrive(site, name, { first = true, options = {}, more = {}, before = [] } = {}) {
  await (first ? site.open({ before }) : site.reload());
  await site.start(options);
  await attach(site, name, more);
}

export const attach = (site, name, more = {}) =>
  site.run(async (page, name, more) => void (await (await import('/support/cmp.js')).attach(page, name, more)), name, more);

/** Does one of the things that the manager's handles can do. */
export const act = (site, name, what, ...values) =>
  site.run(
    async (page, name, what, values) => {
      const manager = await (await import('/support/cmp.js')).managerOf(name);
      return (await what.split('/').reduce((from, part) => from[part], manager)(...values)) ?? null;
    },
    name,
    what,
    values,
  );

export const consent = site => site.run(page => page.client.consent);

/** What of ours lies in the page's stores. */
export const kept = (site, name) =>
  site.run(async (page, name) => {
    const { keptByUs, managerOf } = await import('/support/cmp.js');
    return keptByUs(page, await managerOf(name));
  }, name);

/** What the client was told of managers, each as `code about`. */
export const faults = site => site.run(page => page.errors.filter(({ code }) => code === 'cmp_failed').map(({ code, about }) => `${code} ${about}`));

/** Waits for a status, and tells what came instead. */
export const comes = (site, status) => eventually(`the status is ${status}`, async () => (await consent(site)).status === status);

/** Nothing was stored or sent, or is a decision. */
export async function untouched(site, name, source = 'default') {
  await site.run(page => page.client.track('Too early'));
  await site.settled();
  const { status, source: from } = await consent(site);
  assert.deepEqual({ status, from }, { status: 'pending', from: source });
  assert.deepEqual(await kept(site, name), []);
  assert.deepEqual(await site.requests(), []);
}

/** The situations that every manager with these handles can be in; `config` is how it is loaded. */
export function followsIn(lab, check, name, { late = 1_500, config = {}, via = `cmp:${name}`, isSynchronous = true } = {}) {

  check(`${name}: absent, then late, then unanswered, it grants nothing; a grant counts at once`, async () => {
    const site = lab.site();
    await arrive(site, name);
    await site.run((page, late) => page.rung(late), late);
    await untouched(site, name);
    await act(site, name, 'load', config);
    await site.run(page => page.rung(1_200));
    await untouched(site, name);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    const { source, via: by } = await consent(site);
    assert.deepEqual({ source, by }, { source: 'visitor', by: via });
    await site.run(page => page.client.track('Agreed'));
    await site.arrival('$opt_in', 'Agreed');
    assert.ok(!(await site.events()).includes('Too early'));
    assert.deepEqual(await faults(site), []);
  });

  check(`${name}: a yes from an earlier page counts, once`, async () => {
    const site = lab.site();
    await site.open();
    await act(site, name, 'load', config);
    await act(site, name, 'yes');
    await arrive(site, name, { first: false });
    await act(site, name, 'load', config);
    await comes(site, 'granted');
    const { decidedAt } = await consent(site);
    await site.arrival('$opt_in');
    await site.run(page => page.client.flush());
    for (let i = 0; i < 2; i++) {
      await arrive(site, name, { first: false });
      await act(site, name, 'load', config);
      await site.run(page => page.rung(1_200));
      const again = await consent(site);
      assert.deepEqual({ status: again.status, source: again.source, decidedAt: again.decidedAt }, { status: 'granted', source: 'stored', decidedAt });
    }
    await site.settled();
    assert.deepEqual((await site.events()).filter(event => event === '$opt_in'), ['$opt_in']);
    assert.deepEqual(await faults(site), []);
  });

  check(`${name}: a no counts, now and from an earlier page; nothing is recorded`, async () => {
    for (const isEarlier of [false, true]) {
      const site = lab.site();
      if (isEarlier) {
        await site.open();
        await act(site, name, 'load', config);
        await act(site, name, 'no');
      }
      await arrive(site, name, { first: !isEarlier });
      await act(site, name, 'load', config);
      if (!isEarlier) await act(site, name, 'no');
      await comes(site, 'denied');
      const { source, via: by } = await consent(site);
      assert.deepEqual({ source, by }, { source: 'visitor', by: via });
      await site.run(page => page.client.track('Refused'));
      await site.settled();
      assert.deepEqual(await site.requests(), []);
      assert.deepEqual(await faults(site), []);
    }
  });

  check(`${name}: the visitor changes her mind, both ways`, async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load', config);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await site.run(page => page.client.track('Seen'));
    await site.arrival('Seen');
    const atOnce = await site.run(async (page, name) => {
      const manager = await (await import('/support/cmp.js')).managerOf(name);
      manager.no();
      return page.client.consent.status;
    }, name);
    if (isSynchronous) assert.equal(atOnce, 'denied', 'before the manager goes on');
    await comes(site, 'denied');
    const only = (await kept(site, name)).filter(key => !/^(__mp_opt_in_out_.*|consentry_.*_(record|history))$/.test(key));
    assert.deepEqual(only, []);
    const before = (await site.requests()).length;
    await site.run(page => page.client.track('Withdrawn'));
    await site.settled();
    assert.equal((await site.requests()).length, before);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await site.run(page => page.client.track('Again'));
    await site.arrival('Again');
    assert.ok(!(await site.events()).includes('Withdrawn'));
  });

  check(`${name}: a yes of before does not undo what was refused elsewhere since; a new one does`, async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load', config);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    await site.run(page => void page.client.optOut({ via: 'api' }));
    await act(site, name, 'storm');
    await arrive(site, name, { first: false });
    await act(site, name, 'load', config);
    await site.run(page => page.rung(1_200));
    const { status, source, via: by } = await consent(site);
    assert.deepEqual({ status, source, by }, { status: 'denied', source: 'stored', by: 'api' });
    await act(site, name, 'no');
    await act(site, name, 'yes');
    await comes(site, 'granted');
  });

  check(`${name}: a storm of news that say the same is one change`, async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load', config);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    const { decidedAt } = await consent(site);
    await act(site, name, 'storm');
    await site.run(page => page.rung(700));
    assert.equal((await consent(site)).decidedAt, decidedAt);
    assert.deepEqual(await site.run(page => page.changes.map(({ before, after }) => before + ' ' + after)), ['pending granted']);
    assert.deepEqual(await faults(site), []);
  });

  check(`${name}: detached it is deaf, attached twice it hears once`, async () => {
    const site = lab.site();
    await arrive(site, name);
    await act(site, name, 'load', config);
    await attach(site, name);
    await act(site, name, 'yes');
    await comes(site, 'granted');
    assert.deepEqual(await site.run(page => page.changes.map(({ after }) => after)), ['granted']);
    await site.run(page => page.detach());
    await act(site, name, 'no');
    await act(site, name, 'storm');
    await site.run(page => page.rung(700));
    assert.equal((await consent(site)).status, 'granted');
    await attach(site, name);
    await comes(site, 'denied');
    await act(site, name, 'yes');
    await comes(site, 'granted');
  });

  check(`${name}: another manager that refuses wins`, async () => {
    const site = lab.site();
    await arrive(site, name);
    await site.run(async page => {
      const { generic } = await import('/pkg/cmp.js');
      window.other = undefined;
      generic(page.client, { name: 'other', read: () => window.other, subscribe: changed => void (window.tell = changed) });
    });
    await act(site, name, 'load', config);
    await act(site, name, 'yes');
    await site.run(page => page.rung(1_200));
    await untouched(site, name);
    await site.run(() => {
      window.other = true;
      window.tell();
    });
    await comes(site, 'granted');
    await site.run(() => {
      window.other = false;
      window.tell();
    });
    const { status, via: by } = await consent(site);
    assert.deepEqual({ status, by }, { status: 'denied', by: 'cmp:other' });
  });

  for (const [mode, status] of [['enforce', 'denied'], ['honor', 'granted']]) {
    check(`${name}: under Global Privacy Control a grant is ${status} where the signal is to ${mode}`, async () => {
      const site = lab.site();
      await arrive(site, name, { before: [globalPrivacyControl], options: { consent: { gpc: mode } } });
      await act(site, name, 'load', config);
      assert.equal((await consent(site)).status, 'denied');
      await act(site, name, 'yes');
      if (status === 'granted') await comes(site, status);
      else await eventually('the grant was refused', () => site.run(page => page.codes().includes('signal_enforced')));
      assert.equal((await consent(site)).status, status);
    });
  }
}

/** Where nobody has to be asked, what is active is a default: told as such, and no decision. */
export function defaults(lab, check, name, what, config, said) {
  check(`${name}: ${what}, what it says is a default`, async () => {
    const site = lab.site();
    await arrive(site, name);
    await listen(site);
    await attach(site, name);
    await act(site, name, 'load', config);
    await eventually('the default was told', async () => (await calls(site)).length);
    await site.run(page => page.rung(700));
    assert.deepEqual(await calls(site), [['setDefault', said]]);
    assert.deepEqual(await faults(site), []);
    assert.deepEqual(await kept(site, name), []);
  });
}

/**
 * From now on a client stands between the page and what attaches: it notes what it is told, and does it
 * where `does` says so. `purposes`: it knows these, with the status of each.
 */
export const listen = (site, purposes) =>
  site.run((page, purposes) => {
    page.detach?.();
    page.calls = [];
    page.say = consent => void (page.said = consent);
    const { client } = page;
    page.client = {
      get consent() {
        return purposes ? { status: purposes.analytics, source: 'default', purposes, ...page.said } : client.consent;
      },
      onConsentChange: client.onConsentChange,
      reportCmp: client.reportCmp,
    };
    for (const call of ['setDefault', 'optIn', 'optOut', 'resetConsent']) {
      page.client[call] = value => void page.calls.push(value === undefined ? [call] : [call, value]);
    }
  }, purposes);
export const calls = site => site.run(page => page.calls);

/** What a manager may do that it should not: `faults` of its handles, by name. */
export function survives(lab, check, name, names, adapter = name) {
  for (const fault of names) {
    check(`${name}: ${fault}`, async () => {
      const site = lab.site();
      await arrive(site, name);
      await site.run(async (page, name) => {
        page.detach();
        const { attach, managerOf } = await import('/support/cmp.js');
        await attach(page, name, { timeoutMs: 300, ...(await managerOf(name)).faulty });
      }, name);
      await act(site, name, `faults/${fault}`);
      await eventually('it was told', async () => (await faults(site)).length);
      await act(site, name, 'storm');
      await site.run(page => page.rung(1_000));
      assert.deepEqual((await faults(site)).map(text => text.split(':')[0]), [`cmp_failed ${adapter}`]);
      await untouched(site, name);
    });
  }
}

/** Where the API says yes, and the manager's record no, it is a no. */
export function catchesLies(lab, check, name) {
  check(`${name}: an API that grants what the record refuses`, async () => {
    const site = lab.site();
    await site.open();
    await act(site, name, 'load');
    await act(site, name, 'yes');
    await act(site, name, 'lie');
    await site.start();
    await attach(site, name);
    await comes(site, 'denied');
    assert.equal((await faults(site)).length, 1);
    await site.settled();
    assert.deepEqual(await site.requests(), []);
  });
}
