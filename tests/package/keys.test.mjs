// Names of keys: what is one token's is never another's nor the site's, whatever it is made of.
import assert from 'node:assert/strict';
import { noWebAssembly } from './support/before.mjs';
import { inEngines } from './support/lab.mjs';

/** Runs in the page: what is stored, by store, but for what belongs to the token's decision. */
const left = (page, token) => {
  const names = ['__mp_opt_in_out_' + token, 'consentry_' + token + '_record', 'consentry_' + token + '_history'];
  return Object.keys(localStorage).filter(key => !names.includes(key)).sort();
};

inEngines((lab, check) => {
  for (const [name, before] of [['the client', []], ['the shell, without WebAssembly', [noWebAssembly]]]) {
    check(`${name}: a refusal removes what is the token's, and no key of the site or of another token`, async () => {
      const site = lab.site();
      await site.open({ before });
      const others = [
        '', 'basket', 'consentry_A_q_7_1\nbasket', 'consentry_A_q_\n', '__mpq_A_ev\nbasket', '__mpq_A_B_ev', 'consentry_A_q_record', 'consentry_A_q_history',
        'consentry_A_q_1_record', 'consentry_A_q_q_7_1', 'consentry_A_q_1_q_7_1', 'consentry_A_q_1_q_wait0', 'consentry_AB_q_7_1', 'mp_A_q_mixpanel',
      ];
      const own = ['consentry_A_q_7_1', 'consentry_A_q_7_0', 'consentry_A_q_wait0', '__mpq_A_ev', '__mpq_A_pp:X', 'mp_A_mixpanel'];
      const kept = await site.run(async (page, keys) => {
        for (const key of keys) localStorage.setItem(key, '{}');
        const client = page.start({}, 'A');
        await client.ready;
        client.optOut();
      }, [...others, ...own]).then(() => site.run(left, 'A'));
      assert.deepEqual(kept, others.sort());
    });

    check(`${name}: a decision in a cookie is found again, whatever token and prefix are made of`, async () => {
      const site = lab.site();
      await site.open({ before });
      const names = [['A_q'], ['a;b=c,d'], ["(x)'*!~"], ['consentry_x'], ['%41%'], ['T', ' mein Häkchen; = %20 '], ['T', '\u00e9\u2028/']];
      const decide = async (page, names) => {
        for (const [token, prefix] of names) {
          const client = page.start({ consent: { storage: 'cookie', prefix } }, token);
          await client.ready;
          client.optOut();
        }
        return names.map(([token, prefix]) => page.consentry(token, { consent: { storage: 'cookie', prefix } }).consent.store);
      };
      assert.deepEqual(await site.run(decide, names), names.map(() => 'cookie'));
      await site.reload();
      const found = await site.run((page, names) => {
        const clients = names.map(([token, prefix]) => page.consentry(token, { consent: { storage: 'cookie', prefix } }));
        const states = clients.map(({ consent }) => [consent.status, consent.source, consent.store].join());
        clients.forEach(client => client.resetConsent());
        return { states, cookies: document.cookie };
      }, names);
      assert.deepEqual(found, { states: names.map(() => 'denied,stored,cookie'), cookies: '' });
    });

    check(`${name}: a flag in mixpanel-js's cookie counts, and goes, where its name is written as it is`, async () => {
      const site = lab.site();
      await site.open({ before });
      const names = [['a:b/c@d'], ['T', 'my:choice '], ['T', 'ok?|'], ['{T}', 'a (b) ']];
      const results = await site.run(async (page, names) => {
        const results = [];
        for (const [token, prefix = '__mp_opt_in_out_'] of names) {
          // As mixpanel-js writes it.
          document.cookie = `${prefix}${token}=0; path=/; secure`;
          const client = page.start({ consent: { storage: 'cookie', prefix } }, token);
          await client.ready;
          const { status } = client.consent;
          client.optIn({ event: false });
          const value = document.cookie.split('; ').find(pair => pair.startsWith(prefix + token + '=')); // as mixpanel-js reads it
          results.push([status, client.consent.status, client.consent.store, value?.slice(-1)]);
          client.resetConsent();
        }
        return { results, cookies: document.cookie };
      }, names);
      assert.deepEqual(results, { results: names.map(() => ['denied', 'granted', 'cookie', '1']), cookies: '' });
    });
  }

  check('a prefix that would name the flag as something else is refused', async () => {
    const site = lab.site();
    await site.open();
    const names = [
      ['consentry_', 'A_record'], ['consentry_A_', 'record'], ['consentry_A_', 'history'], ['consentry_A_q_7_', '1'], ['mp_A_', 'mixpanel'], ['__mpq_', 'A_ev'],
      ['consentry_', 'A'], ['mp_', 'A'], ['consentry_A_', 'B'], ['my mp_', 'A_mixpanel'],
    ];
    const thrown = await site.run((page, names) => names.map(([prefix, token]) => {
      try {
        page.consentry(token, { consent: { prefix } });
      } catch (error) {
        return [error.code, error.about].join();
      }
    }), names);
    const refused = 'invalid_option,consent.prefix';
    assert.deepEqual(thrown, [refused, refused, refused, refused, refused, refused, null, null, null, null]);
  });

  check('a token whose names begin as those of another keeps its own tabs and queues', async () => {
    const site = lab.site();
    await site.open();
    const codes = await site.run(async page => {
      const tokens = ['A', 'A_q', 'A_q_7', 'consentry_A'];
      const clients = tokens.map(token => page.start({ batch: { flushIntervalMs: 3_600_000 } }, token));
      await Promise.all(clients.map(client => client.ready));
      for (const client of clients) {
        client.optIn({ event: false });
        client.track('Kept');
      }
      await page.rung(50);
      const queued = () => Object.keys(localStorage).filter(key => /_\d+_[1-9]\d*$/.test(key)).length;
      const before = queued();
      clients[0].optOut();
      return { before, after: queued(), codes: page.codes(), statuses: clients.map(({ consent }) => consent.status) };
    });
    assert.deepEqual(codes, { before: 4, after: 3, codes: [], statuses: ['denied', 'granted', 'granted', 'granted'] });
  });
});
