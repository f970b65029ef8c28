// The banner asks where nobody decided, carries out what the visitor chose, and asks again only
// when the choice no longer counts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, part, press, shown, text } from './support/banner.mjs';
import { globalPrivacyControl, spies } from './support/before.mjs';
import { installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const consent = page => {
  const { status, source, via } = page.client.consent;
  return [status, source, via];
};
const decisions = page => page.decisions;
const becomes = (site, wanted) => eventually(`the banner is ${wanted}`, async () => (await shown(site)) === wanted);

/** The clock of the page is half a year ahead. */
function halfAYearLater() {
  const now = Date.now;
  Date.now = () => now() + 200 * 864e5;
}

inEngines((lab, check) => {
  check('undecided: it asks, and nothing is stored or sent', async () => {
    const site = lab.site();
    await site.open({ before: [spies] });
    await ask(site);
    assert.equal(await shown(site), 'asks');
    await press(site, 'details');
    await site.run(page => page.client.track('Early'));
    await site.settled();
    assert.deepEqual(await site.requests(), []);
    assert.deepEqual(await site.run(page => page.kept()), {});
    // The test itself asks the collector.
    assert.deepEqual((await site.run(() => window.seen)).filter(name => name !== 'fetch'), []);
  });

  check('accept: it is recorded from then on, and not asked again', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    await press(site, 'accept');
    assert.equal(await shown(site), 'closed');
    assert.deepEqual(await site.run(consent), ['granted', 'visitor', 'banner']);
    assert.deepEqual(await site.run(decisions), [['accept', 'analytics', 'granted']]);
    await site.run(page => page.client.track('Seen'));
    await site.arrival('$opt_in', 'Seen');
    await site.run(page => page.client.flush());
    await site.reload();
    await ask(site);
    assert.equal(await shown(site), 'closed');
    assert.deepEqual(await site.run(consent), ['granted', 'stored', 'banner']);
  });

  check('refuse: nothing leaves, and it is not asked again', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    await press(site, 'refuse');
    assert.equal(await shown(site), 'closed');
    assert.deepEqual(await site.run(consent), ['denied', 'visitor', 'banner']);
    assert.deepEqual(await site.run(decisions), [['refuse', 'denied']]);
    await site.reload();
    await ask(site);
    assert.equal(await shown(site), 'closed');
    await site.run(page => page.client.track('Refused'));
    await site.settled();
    assert.deepEqual(await site.requests(), []);
  });

  check('some purposes: those that are switched on, and no box is ticked before', async () => {
    const site = lab.site();
    await site.open();
    await ask(site, { attributes: { purposes: 'analytics, advertising functional' } });
    const open = () => site.run(page => page.banner.shadowRoot.querySelector('[part=purposes]').checkVisibility());
    assert.equal(await open(), false);
    await press(site, 'details');
    assert.equal(await open(), true);
    assert.deepEqual(await Promise.all([0, 1, 2].map(at => text(site, 'purpose-title', at))), ['Analytics', 'Advertising', 'Functionality']);
    const ticks = async () => Promise.all([0, 1, 2].map(async at => (await part(site, 'switch', at)).isSelected()));
    assert.deepEqual(await ticks(), [false, false, false]);
    await press(site, 'switch', 0);
    await press(site, 'switch', 2);
    await press(site, 'save');
    assert.equal(await shown(site), 'closed');
    assert.deepEqual(await site.run(decisions), [['save', 'analytics', 'functional', 'granted']]);
    await site.reload();
    await ask(site, { attributes: { purposes: 'analytics, advertising functional' } });
    await press(site, 'reopen');
    assert.equal(await shown(site), 'reopened');
    assert.deepEqual(await ticks(), [true, false, true]);
  });

  check('a choice without analytics is no grant of it', async () => {
    const site = lab.site();
    await site.open();
    await ask(site, { attributes: { purposes: 'analytics advertising' } });
    await press(site, 'details');
    await press(site, 'switch', 1);
    await press(site, 'save');
    assert.equal(await shown(site), 'closed');
    assert.equal(await site.run(page => page.client.consent.status), 'denied');
    await site.run(page => page.client.track('Not allowed'));
    await site.settled();
    assert.deepEqual(await site.requests(), []);
  });

  check('a client that keeps purposes apart: all of its own are asked about, or those named, and what is granted is what was shown', async () => {
    const site = lab.site();
    await site.open();
    const seen = await site.run(async () => {
      await import('/pkg/banner.js');
      const calls = [];
      const listeners = new Set();
      const purposes = { analytics: 'pending', advertising: 'pending', surveys: 'pending' };
      const decide = granted => {
        for (const name of Object.keys(purposes)) purposes[name] = granted.includes(name) ? 'granted' : 'denied';
        listeners.forEach(tell => tell());
      };
      const client = {
        get consent() {
          return { status: purposes.analytics, source: 'visitor', purposes };
        },
        optIn: ({ policyFingerprint, language, ...choice }) => (calls.push(['optIn', choice]), decide(choice.purposes)),
        optOut: ({ policyFingerprint, language, ...choice }) => (calls.push(['optOut', choice]), decide([])),
        onConsentChange: tell => (listeners.add(tell), () => listeners.delete(tell)),
      };
      const banner = document.createElement('consentry-banner');
      banner.client = client;
      document.body.append(banner);
      const all = part => [...banner.shadowRoot.querySelectorAll(`[part=${part}]`)];
      const press = (part, at = 0) => all(part)[at].click();
      const titles = () => calls.push(all('purpose-title').map(one => one.innerText));
      const ticks = () => calls.push(all('switch').map(one => one.checked));
      titles();
      press('switch', 1);
      press('save');
      press('reopen');
      ticks();
      banner.setAttribute('purposes', 'surveys, analytics, unknown');
      titles();
      press('accept');
      banner.setAttribute('purposes', 'unknown');
      press('reopen');
      titles();
      ticks();
      press('refuse');
      banner.remove();
      return [...calls, listeners.size];
    });
    const via = 'banner';
    assert.deepEqual(seen, [
      ['Analytics', 'Advertising', 'surveys'],
      ['optIn', { via, purposes: ['advertising'] }],
      [false, true, false],
      ['surveys', 'Analytics'],
      ['optIn', { via, purposes: ['surveys', 'analytics'] }],
      ['Analytics', 'Advertising', 'surveys'],
      [true, false, true],
      ['optOut', { via }],
      0,
    ]);
  });

  check('nothing switched on and saved is a refusal', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    await press(site, 'details');
    await press(site, 'save');
    assert.deepEqual(await site.run(consent), ['denied', 'visitor', 'banner']);
    assert.deepEqual(await site.run(decisions), [['save', 'denied']]);
  });

  check('a change of mind, and a look without one', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    await press(site, 'accept');
    await press(site, 'reopen');
    assert.equal(await shown(site), 'reopened');
    await press(site, 'close');
    assert.equal(await shown(site), 'closed');
    assert.deepEqual(await site.run(consent), ['granted', 'visitor', 'banner']);
    await press(site, 'reopen');
    await press(site, 'refuse');
    assert.equal(await shown(site), 'closed');
    assert.deepEqual(await site.run(consent), ['denied', 'visitor', 'banner']);
    await press(site, 'reopen');
    await press(site, 'accept');
    assert.deepEqual(await site.run(decisions), [['accept', 'analytics', 'granted'], ['refuse', 'denied'], ['accept', 'analytics', 'granted']]);
  });

  for (const [name, before, after, open] of [
    ['the policy has another version', { policyVersion: '2026-10' }, { policyVersion: '2026-11' }, {}],
    ['the choice has expired', { maxAgeDays: 180 }, { maxAgeDays: 180 }, { before: [halfAYearLater] }],
  ]) {
    for (const choice of ['accept', 'refuse']) {
      check(`${choice}, then ${name}: it asks again, and nothing is collected meanwhile`, async () => {
        const site = lab.site();
        await site.open();
        await ask(site, { options: { consent: before } });
        await press(site, choice);
        await site.run(page => page.client.flush());
        await site.reload();
        await ask(site, { options: { consent: before } });
        assert.equal(await shown(site), 'closed', 'not before');
        await site.run(page => page.client.flush());
        const requests = await site.requests();
        await site.open(open);
        await ask(site, { options: { consent: after } });
        assert.equal(await shown(site), 'asks');
        await site.run(page => page.client.track('Meanwhile'));
        await site.settled();
        assert.deepEqual(await site.requests(), requests);
        await press(site, 'accept');
        assert.equal(await shown(site), 'closed');
        await site.run(page => page.client.track('Again'));
        await site.arrival('Again');
        assert.ok(!(await site.events()).includes('Meanwhile'));
      });
    }
  }

  for (const choice of ['accept', 'refuse']) {
    check(`another tab says ${choice}: it closes here`, async () => {
      const site = lab.site();
      await site.open();
      await ask(site);
      const { toFirst } = await site.openTab();
      await ask(site);
      await press(site, choice);
      await toFirst();
      await becomes(site, 'closed');
      assert.deepEqual(await site.run(decisions), [], 'nothing was chosen here');
    });
  }

  for (const regime of ['none', 'opt-out']) {
    check(`regime ${regime}: it is silent, and the way back is there`, async () => {
      const site = lab.site();
      await site.open();
      await ask(site, { options: { consent: { regime } } });
      assert.equal(await shown(site), 'closed');
      await press(site, 'reopen');
      assert.equal(await (await part(site, 'switch')).isSelected(), true);
      assert.match(await text(site, 'text'), /^We collect data/, 'nobody was asked, so it is no question');
      await press(site, 'refuse');
      assert.deepEqual(await site.run(consent), ['denied', 'visitor', 'banner']);
    });
  }

  check('a default that comes late closes the question, or opens it', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    assert.equal(await shown(site), 'asks');
    await site.run(page => void page.client.setDefault('granted'));
    assert.equal(await shown(site), 'closed');
    await site.run(page => void page.client.setDefault('pending'));
    assert.equal(await shown(site), 'asks');
    assert.deepEqual(await site.run(decisions), []);
  });

  check("a browser's signal has answered already, and the panel says so", async () => {
    const site = lab.site();
    await site.open({ before: [globalPrivacyControl] });
    await ask(site);
    assert.equal(await shown(site), 'closed');
    await press(site, 'reopen');
    assert.match(await text(site, 'signal'), /^Your browser asks sites not to track you/);
    await press(site, 'accept');
    assert.deepEqual(await site.run(consent), ['granted', 'visitor', 'banner']);
    await press(site, 'reopen');
    assert.equal(await part(site, 'signal'), null);
  });

  check('resetConsent: it asks anew', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    await press(site, 'refuse');
    await site.run(page => void page.client.resetConsent());
    assert.equal(await shown(site), 'asks');
  });

  check('a link of the site opens it, and gets the focus back', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    await press(site, 'accept');
    await site.run(page => {
      const link = document.createElement('button');
      link.id = 'link';
      link.textContent = 'Privacy';
      link.onclick = () => page.banner.open();
      document.body.append(link);
      link.focus();
      link.click();
    });
    assert.equal(await shown(site), 'reopened');
    await site.run(page => page.banner.close());
    assert.deepEqual([await shown(site), await site.run(() => document.activeElement.id)], ['closed', 'link']);
  });

  check('without a client there is nothing; a client that comes late, leaves or is replaced is followed', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    const states = await site.run(async page => {
      const { banner } = page;
      const parts = () => [...banner.shadowRoot.querySelectorAll('[part=panel],[part=reopen]')].map(one => one.getAttribute('part')).join();
      const other = page.consentry(page.token.split('').reverse().join(''), { consent: { default: 'granted' } });
      const seen = [];
      banner.client = undefined;
      seen.push(parts());
      page.client.optIn();
      banner.client = other;
      seen.push(parts());
      other.resetConsent();
      page.client.resetConsent();
      seen.push(parts());
      banner.client = page.client;
      seen.push(parts());
      banner.client = null;
      seen.push(parts());
      banner.client = page.client;
      console.warn = () => {};
      banner.client = { get consent() { throw new Error('no'); } };
      seen.push(parts());
      return seen;
    });
    assert.deepEqual(states, ['', 'reopen', 'reopen', 'panel', '', '']);
  });

  check('taken out, put back and moved: it goes on, and what is out hears nothing', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    const states = await site.run(async page => {
      const { banner } = page;
      const parts = () => [...banner.shadowRoot.querySelectorAll('[part=panel],[part=reopen]')].map(one => one.getAttribute('part')).join();
      const seen = [];
      banner.remove();
      seen.push(parts());
      page.client.optOut();
      seen.push(parts());
      document.body.append(banner);
      seen.push(parts());
      document.body.prepend(banner);
      page.client.resetConsent();
      seen.push(parts());
      return seen;
    });
    assert.deepEqual(states, ['', '', 'reopen', 'panel']);
    await press(site, 'accept');
    assert.deepEqual(await site.run(decisions), [['accept', 'analytics', 'granted']]);
  });

  check('what was set before the element was defined counts', async () => {
    const site = lab.site();
    await site.open();
    const seen = await site.run(async page => {
      const banner = document.createElement('consentry-banner');
      banner.client = page.start();
      banner.texts = { title: 'Ours' };
      document.body.append(banner);
      const before = [customElements.get('consentry-banner'), banner.getBoundingClientRect().height];
      await import('/pkg/banner.js');
      return [...before, banner.shadowRoot.querySelector('h2').textContent, banner.client === page.client, Object.keys(banner)];
    });
    assert.deepEqual(seen, [null, 0, 'Ours', true, []]);
  });

  check('a second copy changes nothing', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    const copy = site.file('copy.js', readFileSync(join(installed(), 'banner.js'), 'utf8'));
    const same = await site.run(async (page, copy) => {
      const first = customElements.get('consentry-banner');
      await import(copy);
      return first === customElements.get('consentry-banner');
    }, copy);
    assert.equal(same, true);
    await press(site, 'accept');
    assert.deepEqual(await site.run(consent), ['granted', 'visitor', 'banner']);
  });

  check('nothing throws into the page, whatever it passes', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    const thrown = await site.run(async page => {
      const { banner } = page;
      const errors = [];
      addEventListener('error', ({ message }) => errors.push(message));
      console.warn = () => {};
      const throwing = new Proxy({}, { get: () => { throw new Error('no'); }, has: () => { throw new Error('no'); }, ownKeys: () => { throw new Error('no'); } });
      const half = { consent: { status: 'pending' }, onConsentChange: () => 7 };
      for (const junk of [1, 'client', {}, [], throwing, half, () => {}, Symbol('s'), { consent: throwing }, { consent: { status: 'toString' } }]) {
        try {
          banner.client = junk;
          banner.open();
          for (const button of banner.shadowRoot.querySelectorAll('button')) button.click();
          banner.close();
          banner.client = page.client;
          banner.texts = junk;
          banner.texts = { purposes: junk, title: junk };
          for (const name of ['lang', 'purposes', 'policy-url']) banner.setAttribute(name, 'constructor __proto__, ,');
          banner.remove();
          document.body.append(banner);
        } catch (error) {
          errors.push('' + error);
        }
      }
      banner.texts = undefined;
      for (const name of ['lang', 'purposes', 'policy-url']) banner.removeAttribute(name);
      return errors;
    });
    assert.deepEqual(thrown, []);
    assert.equal(await shown(site), 'asks');
    assert.equal(await text(site, 'title'), 'Your privacy, your choice');
  });

  check('what everything in the page inherits, as old libraries leave it behind, changes nothing', async () => {
    const site = lab.site();
    await site.open();
    const seen = await site.run(async page => {
      await import('/pkg/banner.js');
      const client = page.start();
      const names = ['slotAssignment', 'text', 'title', 'modal', 'reopened', 'purposes'];
      // In one go, because the driver itself makes JSON in the page.
      Object.prototype.toJSON = Array.prototype.toJSON = () => 'same';
      for (const name of names) Object.prototype[name] = 'inherited';
      const banner = document.createElement('consentry-banner');
      banner.setAttribute('purposes', 'analytics advertising');
      const seen = [];
      banner.addEventListener('consentry-decision', ({ detail }) => seen.push(detail.choice + detail.purposes));
      banner.client = client;
      document.body.append(banner);
      const press = part => banner.shadowRoot.querySelector(`[part=${part}]`).click();
      const parts = () => seen.push([...banner.shadowRoot.querySelectorAll('dialog, section')].map(one => one.localName).join());
      parts();
      for (const part of ['details', 'switch', 'save']) press(part);
      parts();
      press('reopen');
      seen.push(banner.shadowRoot.querySelector('h2').textContent);
      press('refuse');
      parts();
      delete Object.prototype.toJSON;
      delete Array.prototype.toJSON;
      for (const name of names) delete Object.prototype[name];
      return seen;
    });
    assert.deepEqual(seen, ['dialog', 'saveanalytics', 'section', 'Your privacy, your choice', 'refuse', 'section']);
  });

  check('an address that runs script is no policy', async () => {
    const site = lab.site();
    await site.open();
    const links = await site.run(async page => {
      await import('/pkg/banner.js');
      const banner = document.createElement('consentry-banner');
      banner.client = page.start();
      document.body.append(banner);
      const link = () => banner.shadowRoot.querySelector('a')?.getAttribute('href');
      return ['/privacy', 'https://shop.test/privacy', 'javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,x', ''].map(address => {
        banner.setAttribute('policy-url', address);
        return link() ?? 'none';
      });
    });
    assert.deepEqual(links, ['/privacy', 'https://shop.test/privacy', 'none', 'none', 'none', 'none']);
  });

  check('modal: the page behind it waits, Escape leaves the choice open, and it asks on the next page', async () => {
    const site = lab.site();
    await site.open();
    await ask(site, { attributes: { modal: '' } });
    const modal = () => site.run(page => page.banner.shadowRoot.querySelector('dialog')?.matches(':modal'));
    assert.equal(await modal(), true);
    await site.driver.actions().sendKeys('\uE00C').perform();
    assert.equal(await shown(site), 'closed');
    assert.deepEqual(await site.run(consent), ['pending', 'default', null]);
    for (let again = 0; again < 2; again++) {
      await press(site, 'reopen');
      assert.deepEqual([await shown(site), await modal()], ['asks', true]);
      await site.driver.actions().sendKeys('\uE00C').perform();
      assert.equal(await shown(site), 'closed');
    }
    await press(site, 'reopen');
    await press(site, 'accept');
    assert.equal(await shown(site), 'closed');
    await press(site, 'reopen');
    assert.deepEqual([await shown(site), await modal()], ['reopened', true]);
    await site.driver.actions().sendKeys('\uE00C').perform();
    assert.deepEqual([await shown(site), (await site.run(consent))[0]], ['closed', 'granted']);
  });

  check('the page scrolls behind it, unless it is told not to', async () => {
    const site = lab.site();
    await site.open();
    await ask(site);
    const scrolls = () =>
      site.run(async page => {
        document.body.style.minHeight = '300vh';
        const { banner } = page;
        const able = () => getComputedStyle(document.documentElement).overflowY !== 'hidden';
        const before = able();
        const width = () => document.body.getBoundingClientRect().width;
        const free = width();
        banner.setAttribute('lock-scroll', '');
        const locked = [able(), width() - free];
        banner.remove();
        return [before, ...locked, able(), document.body.append(banner)].slice(0, 4);
      });
    assert.deepEqual(await scrolls(), [true, false, 0, true]);
    await press(site, 'refuse');
    assert.equal(await site.run(() => getComputedStyle(document.documentElement).overflowY !== 'hidden'), true);
  });
});
