// The demo page, served as `cargo xtask demo` serves it: what a visitor reads on it is what
// happens.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { startBrowser } from './support/browsers.mjs';
import { startCollector } from './support/collector.mjs';
import { installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';

const deadline = 45_000;
const repository = new URL('../../', import.meta.url);
/** The policy `cargo xtask demo` serves the page under. */
const [, policy] = /const POLICY: &str = "\/=([^"]*)"/.exec(readFileSync(new URL('xtask/src/demo.rs', repository), 'utf8'));
/** The client's timer has rung for sure after this many milliseconds. */
const timerRang = 3300;

/** Chromium asks these by itself, whatever page is open. */
const chromiumsOwn = /\.(google|googleapis|gvt1)\.com:\d+$/;
const wide = { width: 1280, height: 1024 };
const narrow = { width: 500, height: 800 };

const flag = '__mp_opt_in_out_demo-token';
const record = 'consentry_demo-token_record';
/** What a refusal leaves: every process of the browser sees a cookie at once. */
const refused = { cookies: [flag, record], localStorage: [flag, 'consentry_demo-token_history', record] };

describe('demo', () => {
  let collector;
  let browser;
  let driver;
  let demos = 0;

  before(async () => {
    const pages = fileURLToPath(new URL('www-demo', repository));
    const manager = fileURLToPath(new URL('tests/node_modules/vanilla-cookieconsent/dist', repository));
    collector = await startCollector({ '/': pages, '/pkg': installed(), '/manager': manager }, { '/': policy.replaceAll(/\\\n\s*/g, '') });
    browser = await startBrowser('chromium', collector.proxy);
    driver = browser.driver;
    await driver.manage().window().setRect(wide);
  }, { timeout: deadline });
  after(async () => {
    await browser?.stop();
    await collector?.stop();
  }, { timeout: deadline });
  afterEach(async () => {
    await driver.get('about:blank');
    await collector.clear();
  }, { timeout: deadline });

  /**
   * One test. No test may leave an error in the console, a complaint on the page, or a contact with
   * another host.
   */
  const check = (name, run, expected = []) =>
    test(name, { timeout: deadline }, async () => {
      await driver.manage().logs().get('browser');
      await run();
      assert.deepEqual((await driver.manage().logs().get('browser')).map(({ message }) => message), []);
      assert.deepEqual(await all('#errors-rows code'), expected);
      const hosts = (await collector.contacts()).map(({ host }) => host);
      assert.deepEqual(hosts.filter(host => !chromiumsOwn.test(host)), []);
      const loaded = await inPage('return performance.getEntriesByType("resource").map(one => one.name).filter(name => !name.startsWith(location.origin))');
      assert.deepEqual(loaded, []);
    });

  const inPage = (script, ...rest) => driver.executeScript(script, ...rest);
  const text = id => inPage('return document.getElementById(arguments[0]).innerText', id);
  const shown = id => inPage('return document.getElementById(arguments[0]).checkVisibility()', id);
  const all = selector => inPage('return [...document.querySelectorAll(arguments[0])].map(one => one.innerText)', selector);
  const click = selector => driver.findElement({ css: selector }).click();
  const call = name => click(`[data-call="${name}"]`);
  const becomes = (id, wanted) => eventually(`#${id} says ${wanted}`, async () => (await text(id)).includes(wanted));
  const loaded = () => eventually('the page has its client', () => inPage('return document.readyState === "complete" && document.getElementById("status-word").textContent !== "Starting"'));

  /** Opens the demo where nobody has been before. */
  async function open(query = '') {
    await driver.get(`http://demo${++demos}.localhost:${new URL(collector.http).port}/${query}`);
    await loaded();
  }

  /** Changes a setting as a visitor does, and waits for the page that comes of it. */
  async function set(id, value) {
    await inPage('window.old = true');
    await click(value === undefined ? `#${id}` : `#${id} option[value="${value}"]`);
    await eventually('the page was loaded again', () => inPage('return !window.old').catch(() => false));
    await loaded();
  }

  /** What is stored on the device, by place. */
  const kept = () =>
    driver.executeAsyncScript(async done => {
      const all = {
        cookies: document.cookie.split('; ').filter(Boolean).map(pair => decodeURIComponent(pair.split('=')[0])),
        localStorage: Object.keys(localStorage).sort(),
        sessionStorage: Object.keys(sessionStorage),
        databases: (await indexedDB.databases()).map(({ name }) => name),
        caches: await caches.keys(),
      };
      done(Object.fromEntries(Object.entries(all).filter(([, names]) => names.length)));
    });

  /** The journal, which has to be without a problem. */
  async function received() {
    const requests = await collector.received();
    assert.deepEqual(requests.flatMap(({ problems, warnings }) => [...problems, ...warnings]), []);
    assert.deepEqual(requests.filter(({ cookie, method }) => cookie || method !== 'POST'), []);
    return requests;
  }
  const recordsOf = async kind => (await received()).filter(one => one.kind === kind).flatMap(({ records }) => records);

  const useEverything = async () => {
    await click('#event-form [type=submit]');
    for (const name of ['many', 'identify', 'people-set', 'people-increment', 'register', 'group-set']) await call(name);
  };

  /** Sends what is queued and waits until the page knows the outcome. */
  const flush = async () => {
    await call('flush');
    await eventually('the page tells how many were sent', async () => /Sent \d+, dropped 0, still waiting 0/.test(await text('outcome')));
  };

  check('undecided: whatever is used, nothing is stored and nothing leaves', async () => {
    await open();
    assert.equal(await text('status-word'), 'Undecided');
    assert.ok(await shown('banner'));
    await useEverything();
    await call('flush');
    await becomes('outcome', 'Sent 0, dropped 0, still waiting 0');
    await call('reset');
    await sleep(timerRang);
    assert.deepEqual(await collector.received(), []);
    assert.deepEqual(await kept(), {});
    assert.deepEqual([await text('device-count'), await shown('device-empty'), await shown('left-empty')], ['0', true, true]);
    assert.match(await text('left-count'), /^0\s+requests/);
  });

  check('accept: what is used arrives, in the journal and in the panel', async () => {
    await open();
    await click('#accept');
    await becomes('status-word', 'Accepted');
    assert.equal(await shown('banner'), false);
    await useEverything();
    await becomes('device-words', 'entries');
    await flush();
    const events = (await recordsOf('track')).map(({ event }) => event);
    assert.deepEqual([...new Set(events)].sort(), ['$identify', '$opt_in', 'Signed Up']);
    assert.equal(events.filter(event => event === 'Signed Up').length, 21);
    assert.deepEqual((await recordsOf('engage')).map(({ $distinct_id }) => $distinct_id), ['ana-42', 'ana-42']);
    assert.equal((await recordsOf('groups')).length, 1);
    const requests = await received();
    assert.deepEqual([...new Set(requests.map(({ host, query }) => `${host} ip=${query.ip}`))], ['api-eu.mixpanel.com ip=0']);
    const rows = await eventually('every request is in the panel', async () => {
      const rows = await all('#left-rows > li.row');
      return rows.length === requests.length && rows.every(row => row.includes('200 answered')) && rows;
    });
    assert.match(rows.join('\n'), /\$opt_in/);
    assert.match(rows.join('\n'), /Signed Up/);
    assert.deepEqual(await all('#left-rows .bad'), []);
    assert.match(await text('left-count'), new RegExp(`^${requests.length}\\s+requests? since you accepted`));
    // Delivered, so nothing waits: the decision and who this is.
    assert.deepEqual(await kept(), { ...refused, localStorage: [...refused.localStorage, 'mp_demo-token_mixpanel'].sort() });
    await eventually('the panel shows the entries', async () => (await all('#device-rows > li')).length === 6);
  });

  check('the decision is kept over a reload', async () => {
    await open();
    await click('#accept');
    await flush();
    await driver.navigate().refresh();
    await loaded();
    assert.deepEqual([await text('status-word'), await shown('banner')], ['Accepted', false]);
    assert.match(await text('status-why'), /kept from before/);
  });

  check('refuse at once: only the decision is stored, and nothing ever leaves', async () => {
    await open();
    await click('#refuse');
    await becomes('status-word', 'Refused');
    await useEverything();
    await sleep(timerRang);
    assert.deepEqual(await collector.received(), []);
    assert.deepEqual(await kept(), refused);
    assert.equal(await inPage('return localStorage.getItem(arguments[0])', flag), '0');
    assert.deepEqual([await shown('device-decision-only'), (await all('#device-rows > li')).length], [true, 5]);
    assert.match((await all('#device-rows > li')).join('\n'), /When and how you decided/);
  });

  check('accept, use, then refuse: only the decision is left, and nothing leaves after it', async () => {
    await open();
    await click('#accept');
    await useEverything();
    await flush();
    await useEverything();
    await click('#change');
    await click('#refuse');
    await becomes('status-word', 'Refused');
    await sleep(200);
    const before = (await received()).length;
    await useEverything();
    await sleep(timerRang);
    assert.equal((await received()).length, before);
    assert.deepEqual(await kept(), refused);
    await eventually('the panel says that only the decision is kept', () => shown('device-decision-only'));
    assert.match(await text('left-count'), /^0\s+requests since you refused/);
  });

  check('forget: nobody has chosen, and nothing is stored', async () => {
    await open();
    await click('#accept');
    await flush();
    await click('#forget');
    await becomes('status-word', 'Undecided');
    assert.deepEqual(await kept(), {});
    assert.ok(await shown('banner'));
  });

  check('refuse and erase: one deletion leaves, then silence', async () => {
    await open();
    await click('#accept');
    await call('identify');
    await call('people-set');
    await flush();
    await click('#erase');
    await becomes('outcome', 'confirmed that your profile is deleted');
    await call('people-set');
    await sleep(timerRang);
    const profiles = await recordsOf('engage');
    assert.deepEqual(profiles.map(one => '$delete' in one), [false, true]);
    assert.equal((await received()).at(-1).kind, 'engage');
    assert.deepEqual(await kept(), refused);
  });

  check('the region decides the host, and geolocation the ip', async () => {
    await open();
    for (const [region, place, host, ip] of [['us', 'on', 'api-js.mixpanel.com', '1'], ['in', 'off', 'api-in.mixpanel.com', '0'], ['eu', 'on', 'api-eu.mixpanel.com', '1']]) {
      await set('residency', region);
      await set('geolocation', place);
      if (await shown('banner')) await click('#accept');
      await useEverything();
      await flush();
      assert.deepEqual([...new Set((await received()).map(({ host, query }) => `${host} ip=${query.ip}`))], [`${host} ip=${ip}`]);
      await eventually('the panel names the host', async () => (await all('#left-rows > li.row')).some(row => row.includes(host) && row.includes(`ip=${ip}`)));
      await click('#clear');
      await eventually('the list is empty', async () => (await collector.received()).length === 0);
    }
  });

  check('what is on the blacklist is in no record', async () => {
    await open();
    await click('#accept');
    await useEverything();
    await flush();
    const sent = async () => [...new Set((await received()).flatMap(({ records }) => records.flatMap(one => Object.keys(one.properties ?? one.$set ?? {}))))];
    const names = ['$current_url', '$browser', 'plan'];
    const before = await sent();
    assert.deepEqual(names.filter(name => !before.includes(name)), []);
    for (const id of ['block-url', 'block-browser', 'block-plan']) await set(id);
    await driver.findElement({ id: 'block-more' }).sendKeys('number, theme');
    await inPage('window.old = true');
    await inPage('document.getElementById("block-more").blur()');
    await eventually('the page was loaded again', () => inPage('return !window.old').catch(() => false));
    await loaded();
    await collector.clear();
    await useEverything();
    await flush();
    assert.ok((await recordsOf('track')).length >= 21);
    const after = await sent();
    assert.deepEqual([...names, 'number', 'theme'].filter(name => after.includes(name)), []);
  });

  /** Clicks a part of `<consentry-banner>`. */
  const press = part => eventually(`the banner has ${part}`, () => inPage(`
    const button = document.querySelector('consentry-banner')?.shadowRoot?.querySelector('[part=' + arguments[0] + ']');
    return button && (button.click(), true);`, part));

  check('asked by the element, purpose by purpose: what is agreed to arrives, and nothing else', async () => {
    await open('?ask=element&purposes=analytics,personalization');
    assert.deepEqual([await shown('banner'), await text('status-word')], [false, 'Undecided']);
    await press('details');
    await inPage(`document.querySelector('consentry-banner').shadowRoot.querySelectorAll('[part=switch]')[1].click()`);
    await press('save');
    await becomes('outcome', 'You agreed to personalization');
    await becomes('status-word', 'Accepted in part');
    await becomes('facts', 'analytics denied, personalization granted');
    await useEverything();
    await call('suggest');
    await becomes('outcome', 'because personalization is granted');
    await flush();
    assert.deepEqual((await recordsOf('track')).map(({ event }) => event), ['Suggested']);
    assert.equal(await inPage('return localStorage.getItem(arguments[0])', flag), '0');
    await click('#change');
    await press('refuse');
    await becomes('outcome', 'You refused');
    assert.deepEqual(await kept(), refused);
    await driver.navigate().refresh();
    await loaded();
    assert.deepEqual([await text('status-word'), await text('change')], ['Refused', 'Change my mind']);
    await click('#change');
    await press('accept');
    await becomes('status-word', 'Accepted');
  });

  check('asked by a consent manager, which is followed: what is agreed to there arrives, and nothing else', async () => {
    await open('?ask=manager&purposes=analytics,personalization');
    const choose = async role => {
      const button = `#cc-main button[data-role="${role}"]`;
      await eventually(`the manager shows ${role}`, () => inPage('return [...document.querySelectorAll(arguments[0])].some(one => one.checkVisibility({ visibilityProperty: true }))', button));
      await inPage('[...document.querySelectorAll(arguments[0])].find(one => one.checkVisibility({ visibilityProperty: true })).click()', button);
    };
    await eventually('the manager asks', () => inPage('return !!document.querySelector("#cc-main .cm")'));
    assert.deepEqual([await shown('banner'), await text('status-word')], [false, 'Undecided']);
    await useEverything();
    assert.deepEqual(await kept(), {});
    await choose('show');
    await inPage(`document.querySelector('#cc-main .section__toggle[value="personalization"]').click()`);
    await choose('save');
    await becomes('status-word', 'Accepted in part');
    await becomes('facts', 'analytics denied, personalization granted');
    assert.match(await text('facts'), /cmp:cookieconsent/);
    await useEverything();
    await call('suggest');
    await becomes('outcome', 'because personalization is granted');
    await flush();
    assert.deepEqual((await recordsOf('track')).map(({ event }) => event), ['Suggested']);
    await driver.navigate().refresh();
    await loaded();
    await becomes('status-word', 'Accepted in part');
    await click('#change');
    await choose('necessary');
    await becomes('status-word', 'Refused');
    const { cookies, ...rest } = await kept();
    assert.deepEqual({ ...rest, cookies: cookies.filter(name => name !== 'cc_cookie') }, refused);
    assert.ok(cookies.includes('cc_cookie'));
  });

  check('each decision leaves a record, which the site\'s server has once, and the page as a file', async () => {
    await open();
    await click('#accept');
    await becomes('status-word', 'Accepted');
    await becomes('records-words', '1 record of what you decided, 1 at this site’s server');
    await click('#change');
    await click('#refuse');
    await becomes('records-words', '2 records of what you decided, 2 at this site’s server');
    await driver.navigate().refresh();
    await loaded();
    await becomes('records-words', '2 records of what you decided, 2 at this site’s server');
    const href = await driver.executeScript('return document.getElementById("records-file").href');
    const records = JSON.parse(decodeURIComponent(href.slice(href.indexOf(',') + 1)));
    assert.deepEqual(records.map(({ status, language }) => [status, language]), [['granted', 'en'], ['denied', 'en']]);
    const { records: taken } = await (await fetch(`${collector.http}/_collector/consent-records`)).json();
    const ids = taken.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id } of records) assert.ok(ids.includes(id));
  });

  check('what is personal becomes a marker, where the settings say so', async () => {
    await open();
    await set('minimize', 'on');
    await click('#accept');
    await becomes('status-word', 'Accepted');
    const plan = await driver.findElement({ id: 'event-plan' });
    await plan.clear();
    await plan.sendKeys('ann@example.com');
    await click('#event-form button[type=submit]');
    await flush();
    const [signed] = (await recordsOf('track')).filter(({ event }) => event === 'Signed Up');
    assert.equal(signed.properties.plan, '[email]');
  });

  check('a regime that asks for nothing: nobody is asked, and refusing is offered', async () => {
    await open('?ask=element&regime=none');
    assert.equal(await text('status-word'), 'Allowed');
    await click('#change');
    await press('refuse');
    await becomes('status-word', 'Refused');
    assert.deepEqual(await kept(), refused);
  });

  check('an enforced signal stands against accepting', async () => {
    await open('?gpc=on&mode=enforce');
    assert.equal(await text('status-word'), 'Denied');
    await click('#change');
    await click('#accept');
    await becomes('outcome', 'accepting changed nothing');
    await useEverything();
    await sleep(timerRang);
    assert.deepEqual(await collector.received(), []);
    assert.deepEqual(await kept(), {});
  }, ['signal_enforced']);

  check('on a narrow screen nothing covers what has the focus', async () => {
    await driver.manage().window().setRect(narrow);
    await open();
    const covered = await inPage(`
      const controls = [...document.querySelectorAll('a, button, input, select, summary')].filter(one => one.checkVisibility() && !one.matches('.skip'));
      scrollTo(0, 0);
      return controls.filter(one => {
        one.focus();
        const { left, top, width, height } = one.getBoundingClientRect();
        return [top + 2, top + height / 2, top + height - 2].some(y => document.elementFromPoint(left + width / 2, y)?.closest('.tally'));
      }).map(one => one.id || one.innerText);`);
    await driver.manage().window().setRect(wide);
    assert.deepEqual(covered, []);
  });

  for (const scheme of ['light', 'dark']) {
    check(`axe finds nothing in ${scheme}`, async () => {
      await driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
      const violations = async () => {
        assert.equal(await inPage('return matchMedia("(prefers-color-scheme: dark)").matches'), scheme === 'dark');
        // What has just changed is tinted for a moment.
        await inPage('document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity).forEach(one => one.finish())');
        await inPage(axe.source);
        const { violations } = await driver.executeAsyncScript('const done = arguments[0]; axe.run().then(done);');
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`);
      };
      await open();
      assert.deepEqual(await violations(), []);
      await click('#accept');
      await useEverything();
      await flush();
      await inPage('document.querySelectorAll("details").forEach(one => (one.open = true))');
      assert.deepEqual(await violations(), []);
      await click('#change');
      await click('#refuse');
      await becomes('status-word', 'Refused');
      assert.deepEqual(await violations(), []);
      await driver.manage().window().setRect(narrow);
      const found = await violations();
      await driver.manage().window().setRect(wide);
      assert.deepEqual(found, []);
    });
  }
});
