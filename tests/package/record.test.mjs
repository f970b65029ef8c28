// The record of a decision: what it says, by its schema, how long it is kept, and how it comes to the
// site's own server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { noWebAssembly } from './support/before.mjs';
import { installed } from './support/environment.mjs';
import { ask, press } from './support/banner.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const options = { consent: { purposes: ['advertising'], policyVersion: '2026-11', policyFingerprint: 'f-1', language: 'en', region: 'AT' } };
const shells = [
  ['the core', {}],
  ['no wasm', { before: [noWebAssembly] }],
];

let validate;
/** What is wrong with records, by the schema in the package. */
function problems(value) {
  validate ??= new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(join(installed(), 'consent-record.schema.json'))));
  return validate(value) ? [] : validate.errors;
}

const all = site => site.run(page => ({ record: page.client.consentRecord(), history: page.client.consentHistory() }));
const historyKey = site => `consentry_${site.token}_history`;

/** A page time of its own: a minute in a second. What takes a minute is the driver's, and stays. */
function fast() {
  const { Date: { now }, setTimeout: later } = window;
  const begin = now();
  Date.now = () => begin + (now() - begin) * 60;
  window.setTimeout = (act, delay = 0, ...rest) => later(act, delay < 60_000 ? delay / 60 : delay, ...rest);
}

/** Starts a client that sends its records to a server of the site. */
const sending = (site, options = {}) =>
  site.run((page, options) => {
    page.tries = 0;
    const onRecord = record => {
      page.tries++;
      return fetch('/_collector/consent-records', { method: 'PUT', body: JSON.stringify(record) });
    };
    page.start({ ...options, consent: { ...options.consent, onRecord } });
  }, options);

/** Those of this site that the server has. */
const arrived = async (lab, ids) => (await lab.collector.consentRecords()).records.filter(({ id }) => ids.includes(id));

inEngines((lab, check) => {
  for (const [name, page] of shells) {
    check(`${name}: records of every kind are as the schema says, and so is the export`, async () => {
      const site = lab.site();
      await site.open(page);
      await site.start(options);
      assert.deepEqual(await all(site), { history: [] }, 'nobody decided');
      const choices = [
        ['optIn', { via: 'banner', policyFingerprint: 'f-2', language: 'de' }, 'granted', ['analytics', 'advertising'], []],
        ['optIn', { via: 'cmp:klaro', purposes: ['analytics'] }, 'granted', ['analytics'], ['advertising']],
        ['optIn', { via: 'settings', purposes: ['advertising'], region: 'DE' }, 'denied', ['advertising'], ['analytics']],
        ['optOut', { via: 'signal' }, 'denied', [], ['analytics', 'advertising']],
        ['optOut', { via: 'banner', purposes: ['advertising'] }, 'denied', [], ['analytics', 'advertising']],
        ['optIn', { via: 'banner', purposes: [], language: 'fr' }, 'denied', [], ['analytics', 'advertising']],
        ['optIn', {}, 'granted', ['analytics', 'advertising'], []],
      ];
      const records = await site.run(
        (page, choices) =>
          choices.map(([call, details]) => {
            page.client[call](details);
            return page.client.consentRecord();
          }),
        choices,
      );
      records.forEach((record, at) => {
        const [, { via = 'api', policyFingerprint = 'f-1', language = 'en', region = 'AT' }, status, purposes, refused] = choices[at];
        assert.deepEqual(problems(record), [], JSON.stringify(record));
        const { id, decidedAt, library, ...said } = record;
        assert.deepEqual(said, { status, purposes, refused, via, policyVersion: '2026-11', policyFingerprint, language, region });
      });
      const exported = JSON.parse(await site.run(page => JSON.stringify(page.client.consentHistory())));
      assert.deepEqual(exported, records);
      assert.deepEqual(problems(exported), []);
      assert.equal(new Set(records.map(({ id }) => id)).size, choices.length);
      assert.notDeepEqual(problems({ ...records[0], visitor: 'user-1' }), [], 'nothing else is in it');
      await site.reload();
      await site.start(options);
      assert.deepEqual(await all(site), { record: records.at(-1), history: records }, 'the next page has them too');
    });

    check(`${name}: nothing is written before a decision, a repetition is no new record, a refusal leaves them, a reset does not`, async () => {
      const site = lab.site();
      await site.open(page);
      await sending(site, options);
      assert.deepEqual(await site.run(page => page.kept()), {});
      await site.run(page => {
        for (const call of [{ via: 'banner' }, { via: 'banner' }, {}]) page.client.optIn({ event: false, ...call });
        for (const call of [{ via: 'banner' }, {}]) page.client.optOut(call);
      });
      const { record, history } = await all(site);
      assert.deepEqual([history.map(({ status }) => status), history.at(-1).id], [['granted', 'denied'], record.id]);
      assert.deepEqual((await site.run(page => page.kept())).localStorage, ['__mp_opt_in_out_' + site.token, historyKey(site), `consentry_${site.token}_record`].sort());
      await site.run(page => void page.client.resetConsent());
      assert.deepEqual([await all(site), await site.run(page => page.kept())], [{ history: [] }, {}]);
      await site.settled();
      assert.deepEqual(await site.run(page => page.kept()), {}, 'what was taken meanwhile writes nothing');
    });

    check(`${name}: what everything inherits is no part of a record`, async () => {
      const site = lab.site();
      await site.open({ ...page, before: [...(page.before ?? []), () => Object.assign(Object.prototype, { id: 'x', language: 'xx', region: 'XX', kept: true, policyFingerprint: 'x', ok: false, refused: ['x'], onRecord: 5 })] });
      await site.run(page => void page.start({ __proto__: null }));
      const text = await site.run(page => {
        page.client.optIn({ __proto__: null, via: 'banner' });
        return JSON.stringify([page.client.consentRecord(), page.client.consentHistory()]);
      });
      const [record, history] = JSON.parse(text);
      assert.deepEqual([problems(record), history], [[], [record]]);
      assert.deepEqual([record.purposes, record.refused, record.language, record.kept], [['analytics'], [], undefined, undefined]);
    });
  }

  check('a record for a server that is down for a minute arrives once, from the third page', async () => {
    const site = lab.site();
    await lab.collector.goDown();
    try {
      await site.open({ before: [fast] });
      await sending(site);
      const began = await site.run(page => {
        page.client.optOut({ via: 'banner' });
        return page.tries;
      });
      assert.equal(began, 0, 'the call has returned before');
      const { record } = await all(site);
      await eventually('five tries came to nothing', async () => (await site.run(page => page.tries)) > 4);
      await site.run(page => page.rung(50_000)); // of page time
      for (let page = 1; page < 3; page++) {
        await site.reload();
        await sending(site);
        await eventually('another page tries', async () => (await site.run(page => page.tries)) > 2);
        assert.deepEqual(await site.run(page => page.client.consentRecord()), record);
      }
      assert.deepEqual(await arrived(lab, [record.id]), []);
      assert.ok((await lab.collector.consentRecords()).refused > 8);
      await lab.collector.comeBack();
      await eventually('it is taken', async () => (await all(site)).record.kept);
      const tries = await site.run(page => page.tries);
      await site.run(page => page.rung(50_000));
      await site.reload();
      await sending(site);
      await site.run(page => page.rung(50_000));
      assert.deepEqual([await arrived(lab, [record.id]), await site.run(page => page.tries)], [[record], 0], `${tries} tries, and none after`);
      assert.deepEqual(await site.run(page => page.errors), []);
    } finally {
      await lab.collector.comeBack();
    }
  });

  check('a function that throws, rejects or answers a refusal is asked again; with any other answer the record is taken', async () => {
    const site = lab.site();
    await site.open({ before: [fast] });
    const took = await site.run(async page => {
      const fails = [
        () => { throw new Error('thrown'); },
        () => Promise.reject(new Error('rejected')),
        () => new Response('', { status: 500 }),
        record => { record.id = 'changed'; return new Promise(() => {}); },
        () => undefined,
      ];
      const ids = [];
      page.start({ consent: { onRecord: record => { ids.push(record.id); return fails.shift()(record); } } });
      page.client.optIn({ event: false });
      while (fails.length) await page.rung(1_000);
      await page.rung(50_000);
      return { ids, errors: page.errors, record: page.client.consentRecord() };
    });
    assert.deepEqual([new Set(took.ids).size, took.ids.length, took.errors, took.record.kept], [1, 5, [], true]);
    assert.equal(took.record.id, took.ids[0]);
  });

  check('two tabs may both send it, and the server has it once', async () => {
    const site = lab.site();
    await lab.collector.goDown();
    try {
      await site.open({ before: [fast] });
      await sending(site);
      await site.run(page => void page.client.optIn({ event: false, via: 'banner' }));
      const { record } = await all(site);
      await site.openTab({ before: [fast] });
      await sending(site);
      await eventually('the other tab tries', async () => (await site.run(page => page.tries)) > 1);
    } finally {
      await lab.collector.comeBack();
    }
    const { record: { id } } = await all(site);
    await eventually('it arrived', async () => (await arrived(lab, [id])).length);
    await site.run(page => page.rung(50_000));
    assert.equal((await arrived(lab, [id])).length, 1);
  });

  check('without wasm a record is handed over once on each page until it is taken', async () => {
    const site = lab.site();
    await lab.collector.goDown();
    const ids = [];
    try {
      await site.open({ before: [noWebAssembly] });
      for (let page = 0; page < 2; page++) {
        await sending(site);
        await site.run(page => void page.client.optIn({ via: 'banner' }));
        ids.push((await all(site)).record.id);
        await eventually('it is tried', async () => (await site.run(page => page.tries)) === 1);
        await site.settled();
        assert.equal(await site.run(page => page.tries), 1);
        await site.reload();
      }
    } finally {
      await lab.collector.comeBack();
    }
    await sending(site);
    await eventually('it is taken', async () => (await all(site)).record.kept);
    assert.equal(ids[0], ids[1]);
    assert.equal((await arrived(lab, ids)).length, 1);
    await site.reload();
    await sending(site);
    await site.settled();
    assert.equal(await site.run(page => page.tries), 0);
  });

  check('a choice from before the wasm runs has one record, which the core hands over', async () => {
    const site = lab.site();
    await site.open({ entry: '/pkg/slim.js' });
    await sending(site, options);
    await site.run(page => void page.client.optIn({ event: false, via: 'banner', language: 'pl', purposes: ['analytics'] }));
    const early = await all(site);
    assert.deepEqual([problems(early.record), early.history, await site.run(page => page.tries)], [[], [early.record], 0]);
    await site.run(page => page.rest.init('/pkg/consentry.wasm'));
    await eventually('it is taken', async () => (await all(site)).record.kept);
    const late = await all(site);
    assert.deepEqual([late.history, await arrived(lab, [early.record.id])], [[{ ...early.record, kept: true }], [early.record]]);
  });

  check('the banner says in which language it asked, and by what its texts can be told from others', async () => {
    const found = [];
    for (const [lang, texts, button] of [['en', undefined, 'accept'], ['en', undefined, 'refuse'], ['de', undefined, 'accept'], ['en', { text: 'May we?' }, 'accept']]) {
      const site = lab.site();
      await site.open();
      await ask(site, { attributes: { purposes: 'analytics advertising', lang }, texts });
      if (lang !== 'en') await eventually('its words are there', () => site.run((page, lang) => page.banner.shadowRoot.querySelector('[part=panel]').lang === lang, lang));
      await press(site, button);
      const { record } = await all(site);
      assert.deepEqual(problems(record), []);
      found.push([record.status, record.via, record.language, record.policyFingerprint]);
    }
    const [[, , , first], , [, , , other], [, , , own]] = found;
    assert.match(first, /^[0-9a-f]{16}$/);
    assert.equal(new Set([first, other, own]).size, 3);
    assert.deepEqual(found, [['granted', 'banner', 'en', first], ['denied', 'banner', 'en', first], ['granted', 'banner', 'de', other], ['granted', 'banner', undefined, own]]);
  });

  check('details that are no short texts are told and left out, and the choice counts', async () => {
    const site = lab.site();
    await site.open();
    await site.start();
    await site.run(page => void page.client.optIn({ event: false, purposes: ['analytics'], language: 5, region: 'x'.repeat(65), policyFingerprint: '' }));
    const { record } = await all(site);
    assert.deepEqual([record.status, record.language, record.region, record.policyFingerprint], ['granted', undefined, undefined, undefined]);
    assert.deepEqual(await site.run(page => page.codes()), ['invalid_argument']);
  });
});
