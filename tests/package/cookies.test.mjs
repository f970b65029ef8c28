// Cookies that were written with other attributes than today's, and those of sibling hosts.
import assert from 'node:assert/strict';
import { noWebAssembly } from './support/before.mjs';
import { inEngines } from './support/lab.mjs';

/** Runs in the page: writes a cookie as another release, another host or mixpanel-js would have. */
const plant = (page, key, value, way) => {
  const domain = location.hostname.split('.').slice(-2).join('.');
  const how = { host: '', domain: '; Domain=' + domain, partitioned: '; SameSite=None; Partitioned' }[way];
  document.cookie = `${key}=${encodeURIComponent(value)}; Path=/; Max-Age=9999; Secure${how}`;
};

/** Runs in the page: what is in the cookies of that key. */
const values = (page, key) =>
  document.cookie.split('; ').filter(pair => pair.startsWith(key + '=')).map(pair => decodeURIComponent(pair.slice(key.length + 1)));

/** Runs in the page: a client, once it is known whether its wasm runs, and its consent as one text. */
const start = async (page, options) => {
  await page.start({ ...options, consent: { storage: 'cookie', ...options?.consent } }).ready;
  const { status, source } = page.client.consent;
  return `${status}/${source}`;
};

const options = {
  'host-only': {},
  'for the domain': { consent: { cookie: { crossSubdomain: true } } },
  partitioned: { consent: { cookie: { partitioned: true, sameSite: 'none' } } },
};
const day = 86_400_000;
const proof = (status, ago) => JSON.stringify({ status, decidedAt: Date.now() - ago * day, via: 'banner', epoch: 1_700_000_000_000 + (status === 'denied') });

inEngines((lab, check) => {
  let hosts = 0;
  /** Two hosts of one domain, whose pages are of the same token. */
  const siblings = () => {
    const domain = `kin${++hosts}.test`;
    const [one, other] = ['a', 'b'].map(name => lab.site({ origin: `https://${name}.${domain}` }));
    other.token = one.token;
    return { one, other, flag: '__mp_opt_in_out_' + one.token, record: `consentry_${one.token}_record`, history: `consentry_${one.token}_history`, identity: `mp_${one.token}_mixpanel` };
  };

  for (const [name, before] of [['the client', []], ['the shell, without WebAssembly', [noWebAssembly]]]) {
    for (const [today, given] of Object.entries(options)) {
      for (const way of ['host', 'domain', 'partitioned']) {
        check(`${name}, cookies ${today}: a refusal in a cookie that was written ${way} counts, is not doubled, and ends with the next decision`, async () => {
          for (const date of [undefined, 3]) {
            const { one, flag, record } = siblings();
            await one.open({ before });
            await one.run(plant, flag, '0', way);
            if (date) await one.run(plant, record, proof('denied', date), way);
            for (let visit = 0; visit < 2; visit++) {
              assert.equal(await one.run(start, given), 'denied/stored');
              assert.deepEqual(await one.run(values, flag), ['0']);
              await one.reload();
            }
            await one.run(start, given);
            assert.deepEqual(await one.run(page => [page.client.optIn({ event: false }).store, page.codes().includes('not_persisted')]), ['cookie', false]);
            assert.deepEqual(await one.run(values, flag), ['1']);
            assert.equal((await one.run(values, record)).length, 1);
            await one.reload();
            assert.equal(await one.run(start, given), 'granted/stored');
            await one.run(page => page.client.resetConsent());
            assert.deepEqual(await one.run(values, flag), []);
          }
        });
      }
    }

    check(`${name}: of cookies that disagree the newer decision counts, and a refusal without a date`, async () => {
      const rows = [
        [['0', 3], ['1', 1], 'granted/stored'],
        [['0', 1], ['1', 3], 'denied/stored'],
        [['1', 3], ['0', 1], 'denied/stored'],
        [['1', 1], ['0', 3], 'granted/stored'],
        [['0'], ['1', 1], 'denied/stored'],
        [['0', 3], ['1'], 'denied/stored'],
        [['1'], ['0', 3], 'denied/stored'],
        [['1', 2], ['0', 2], 'denied/stored'],
        [['0', 3], ['1', 1], 'denied/stored', 'odd'], // a grant must be the only word beside it
      ];
      for (const [host, domain, expected, third] of rows) {
        const { one, flag, record } = siblings();
        await one.open({ before });
        const at = Date.now();
        for (const [[value, ago], way] of [[host, 'host'], [domain, 'domain']]) {
          await one.run(plant, flag, value, way);
          const status = value === '1' ? 'granted' : 'denied';
          if (ago) await one.run(plant, record, JSON.stringify({ status, decidedAt: at - ago * day, via: 'api' }), way);
        }
        if (third) await one.run(plant, flag, third, 'partitioned');
        for (let visit = 0; visit < 2; visit++) {
          assert.equal(await one.run(start), expected, JSON.stringify([host, domain, third]));
          await one.reload();
        }
        // Whatever it was, the next decision is the only one.
        await one.run(start);
        for (const [call, value] of [['optOut', '0'], ['optIn', '1']]) {
          await one.run((page, call) => void page.client[call](), call);
          assert.deepEqual(await one.run(values, flag), [value]);
        }
      }
    });

    check(`${name}: a refusal for the domain becomes no cookie of a host that contradicts a later grant`, async () => {
      const { one, other, flag } = siblings();
      await one.open({ before });
      await one.run(plant, flag, '0', 'domain'); // as mixpanel-js writes it
      await other.open({ before });
      assert.equal(await other.run(start), 'denied/stored');
      await one.visit();
      await one.run(start, options['for the domain']);
      await one.run(page => void page.client.optIn({ event: false }));
      await other.visit();
      assert.equal(await other.run(start), 'granted/stored');
    });

    check(`${name}: a refusal finds the identity however its cookie was written, where cookies are for the domain`, async () => {
      for (const [today, ways] of [['for the domain', ['host', 'domain', 'partitioned']], ['host-only', ['host', 'partitioned']]]) {
        const { one, flag, identity, record, history } = siblings();
        await one.open({ before });
        for (const way of ways) await one.run(plant, identity, '{"distinct_id":"u"}', way);
        await one.run(start, options[today]);
        await one.run(page => void page.client.optOut());
        const kept = await one.run(page => page.kept());
        assert.deepEqual([kept, await one.run(page => page.codes().includes('storage_failed'))], [{ cookies: [flag, record].sort(), localStorage: [history] }, false], today);
      }
    });

    for (const persistence of ['localStorage', 'cookie']) {
      check(`${name}: a host whose cookies are its own leaves its sibling's identity alone, persistence ${persistence}`, async () => {
        const { one, other, identity, history } = siblings();
        const own = { persistence, consent: { cookie: {} } };
        await one.open({ before });
        const kept = '{"distinct_id":"sibling","$device_id":"d","$user_id":"sibling"}';
        await one.run(plant, identity, kept, 'domain');
        await other.open({ before });
        await other.run(start, own);
        await other.run(page => {
          page.client.optIn({ event: false });
          page.client.identify('here');
          page.client.register({ plan: 'pro' });
        });
        assert.deepEqual(await other.run(values, identity), [kept]);
        await other.reload();
        await other.run(start, own);
        if (!before.length) assert.equal(await other.run(page => page.client.distinctId), 'here');
        await other.run(page => void page.client.optOut());
        assert.deepEqual(await other.run(values, identity), [kept]);
        if (!before.length) assert.deepEqual(await other.run(page => page.errors.map(({ code, about }) => [code, about])), [['storage_failed', identity]]);
        assert.deepEqual(await other.run(page => Object.keys(localStorage)), [history]);
        // The sibling itself is for the domain: what it keeps there it also removes.
        await one.visit();
        await one.run(start, { persistence: 'cookie', ...options['for the domain'] });
        await one.run(page => void page.client.optOut());
        assert.deepEqual(await one.run(values, identity), []);
      });
    }
  }
});
