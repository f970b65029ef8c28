// Promises 2 and 4 with tabs that are busy: their processes see localStorage late, and yet none starts a
// request once a refusal, or a reset, has returned in another tab.
import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** Refusals to try of each kind. Each can only fail by chance: CONSENTRY_REFUSALS=200 looks harder. */
const refusals = Number(process.env.CONSENTRY_REFUSALS ?? 3);

/** Milliseconds that a task of a busy tab takes at most. */
const longest = 240;

/** Milliseconds that a tab goes on being busy once it is told to end. */
const more = 600;

/**
 * Milliseconds that a look may be late. WebKit and Firefox keep cookies in each process, and a process
 * hears of a change between two of its tasks, not always the next: 4 to 178 ms were seen in WebKit,
 * one call in ten, and 114 ms in Firefox, one in some forty.
 */
const lateness = engine => (engine === 'chromium' ? 0 : 2 * longest);

/**
 * Notes when each request started, when its page last looked at the cookies before, and whether they
 * showed the grant, on a clock that all tabs share. Between the two the machine may take the processor
 * away from a page.
 */
function starts() {
  window.now = () => Date.now();
  window.starts = [];
  const { get, ...rest } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  const look = {
    get() {
      const cookies = get.call(this);
      window.looked = { at: window.now(), grants: cookies.includes(`__mp_opt_in_out_${window.token}=1`) };
      return cookies;
    },
  };
  Object.defineProperty(Document.prototype, 'cookie', { ...rest, ...look });
  const real = window.fetch;
  window.fetch = (address, ...more) => {
    if (String(address).includes('/track')) window.starts.push({ looked: window.looked ?? {}, at: window.now() });
    delete window.looked;
    return real(address, ...more);
  };
}

/** A client with a token of its own that is granted, of which nothing is under way. */
const grant = (site, round) =>
  site.run(async (page, token) => {
    page.start({ consent: { default: 'pending' } }, token);
    window.token = token;
    page.client.optIn({ trackEvent: false });
    window.starts.length = 0;
  }, site.token + round);

/** From now on the tab has long tasks, each with an event that is to be sent at once. */
const beBusy = site =>
  site.run((page, longest) => {
    const { port1, port2 } = new MessageChannel();
    window.isBusy = true;
    window.end = Infinity;
    port1.onmessage = () => {
      const pause = window.now() + 40 + Math.random() * (longest - 40);
      while (window.now() < pause);
      page.client.track('Busy');
      void page.client.flush();
      window.isBusy = window.now() < window.end;
      if (window.isBusy) setTimeout(() => port2.postMessage(0));
    };
    port2.postMessage(0);
  }, longest);

inEngines((lab, check) => {
  for (const refuse of ['optOut', 'resetConsent']) check(`of ${refusals} calls of ${refuse} none is followed by a request of a tab that is busy`, async () => {
    const site = lab.site();
    const tabs = [];
    for (let number = 0; number < 3; number++) {
      if (number) await lab.driver.switchTo().newWindow('tab');
      tabs.push(await lab.driver.getWindowHandle());
      await site.open({ before: [starts] });
    }
    const [refusing, ...busy] = tabs;
    const inTab = async (tab, run) => {
      await lab.driver.switchTo().window(tab);
      return run();
    };
    for (let round = 0; round < refusals; round++) {
      for (const tab of tabs) await inTab(tab, () => grant(site, round));
      for (const tab of busy) await inTab(tab, () => beBusy(site));
      for (const tab of busy) await inTab(tab, () => eventually('it sends', () => site.run(() => window.starts.length > 0)));
      const refusedAt = await inTab(refusing, () =>
        site.run(async (page, refuse, wait) => {
          await page.rung(wait);
          page.client[refuse]();
          return window.now();
        }, refuse, Math.random() * 300),
      );
      for (const tab of busy) {
        const at = await inTab(tab, async () => {
          await site.run(more => void (window.end = window.now() + more), more);
          await eventually('it is idle', () => site.run(() => !window.isBusy));
          return site.run(page => (page.client.close(), window.starts));
        });
        assert.ok(at.every(({ looked }) => looked.grants), 'each request comes after a look of its own, which showed the grant');
        const late = at.filter(({ looked }) => looked.at > refusedAt + lateness(lab.engine)).map(({ looked, at }) => [looked.at - refusedAt, at - refusedAt]);
        assert.deepEqual(late, [], `round ${round}`);
      }
      await inTab(refusing, () => site.run(page => page.client.close()));
    }
  });
});
