// Everybody can use the banner: by keys, at any size, with forced colours, without motion, in any
// direction.
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { arabic } from '../images/arabic.mjs';
import { ask, focused, part, press, shown, text } from './support/banner.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const TAB = '\uE004';
const ESCAPE = '\uE00C';
const ENTER = '\uE007';
const SPACE = ' ';
const SHIFT = '\uE008';

const four = { 'policy-url': '/privacy', purposes: 'analytics functional personalization advertising' };

/** A page with landmarks, a heading, and more than fits on a screen. */
const furnish = page => {
  const main = document.createElement('main');
  const title = document.createElement('h1');
  title.textContent = 'Shop';
  main.append(title, ...Array.from({ length: 40 }, (_, at) => {
    const link = document.createElement('a');
    link.href = '#' + at;
    link.id = 'link' + at;
    link.textContent = 'Article ' + at;
    const line = document.createElement('p');
    line.append(link);
    return line;
  }));
  document.body.append(main);
};

/** A page of the site with the banner. */
async function asks(site, given) {
  // Firefox lets the Tab key stop at what scrolls.
  await site.driver.manage().window().setRect({ width: 1280, height: 1000 });
  await site.open();
  await site.run(furnish);
  await ask(site, { attributes: four, ...given });
}

/** What moves has come to rest. */
const rested = site => site.run(page => page.banner.shadowRoot.getAnimations?.().forEach(one => one.finish()));

const keys = (site, ...all) => site.driver.actions().sendKeys(...all).perform();
const backwards = site => site.driver.actions().keyDown(SHIFT).sendKeys(TAB).keyUp(SHIFT).perform();

/** Everything axe knows, in every frame and shadow tree. */
async function violations(site, without = {}) {
  await rested(site);
  await site.driver.executeScript(axe.source);
  const { violations, incomplete, passes } = await site.driver.executeAsyncScript((without, done) => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'wcag2aaa'];
    axe.run(document, { runOnly: tags, rules: { 'target-size': { enabled: true }, 'color-contrast-enhanced': { enabled: true }, ...without } }).then(done);
  }, without);
  const looked = passes.flatMap(({ nodes }) => nodes.flatMap(({ target }) => target.flat())).filter(one => one === 'consentry-banner').length;
  assert.ok(looked > 5, 'axe looked into the banner');
  // What it could not judge counts as well.
  return [...violations, ...incomplete].map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`);
}

/** What is seen of the banner, as boxes by part. */
const boxes = site =>
  site.run(page => {
    const { shadowRoot } = page.banner;
    const all = [...shadowRoot.querySelectorAll('button, a, label, input')].filter(one => one.checkVisibility());
    return all.map(one => {
      const { left, right, width, height } = one.getBoundingClientRect();
      return { name: one.getAttribute('part'), left, right, width, height };
    });
  });

inEngines((lab, check) => {
  for (const theme of ['light', 'dark']) {
    check(`axe finds nothing, ${theme}`, async () => {
      const site = lab.site();
      await asks(site);
      // It follows the page, as the page's own colours do.
      await site.run((page, theme) => {
        document.documentElement.style.cssText = `color-scheme:${theme};background:Canvas`;
        document.querySelectorAll('a').forEach(link => (link.style.color = 'CanvasText'));
      }, theme);
      const colour = await site.run(page => getComputedStyle(page.banner.shadowRoot.querySelector('dialog')).backgroundColor);
      assert.equal(colour, theme === 'dark' ? 'rgb(29, 32, 37)' : 'rgb(255, 255, 255)');
      const states = [
        ['asks', async () => {}],
        ['asks, with its purposes', () => press(site, 'details')],
        ['asks, with one switched on', () => press(site, 'switch')],
        ['closed', () => press(site, 'save')],
        ['reopened', () => press(site, 'reopen')],
        ['modal', () => site.run(page => page.banner.setAttribute('modal', ''))],
        ['modal asks', () => site.run(page => void page.client.resetConsent())],
      ];
      for (const [name, enter] of states) {
        await enter();
        assert.deepEqual(await violations(site), [], name);
      }
    });
  }

  check('accept and refuse look the same and are of one size', async () => {
    const site = lab.site();
    await asks(site);
    await rested(site);
    const looks = await site.run(page =>
      ['refuse', 'accept'].map(name => {
        const element = page.banner.shadowRoot.querySelector(`[part=${name}]`);
        const { width, height, top } = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const names = ['color', 'backgroundColor', 'borderTopColor', 'borderTopWidth', 'fontSize', 'fontWeight', 'opacity', 'boxShadow', 'textDecorationLine'];
        return { width, height, top, ...Object.fromEntries(names.map(name => [name, style[name]])) };
      }));
    assert.deepEqual(looks[0], looks[1]);
  });

  check('it is a dialog with a name and a description, and takes no focus', async () => {
    const site = lab.site();
    await site.open();
    await site.run(furnish);
    await site.run(() => document.getElementById('link3').focus());
    await ask(site, { attributes: four });
    assert.equal(await focused(site), 'link3');
    const dialog = await part(site, 'panel');
    if (lab.engine !== 'webkit') assert.deepEqual([await dialog.getAriaRole(), await dialog.getAccessibleName()], ['dialog', 'Your privacy, your choice']);
    assert.deepEqual([await dialog.getAttribute('aria-labelledby'), await dialog.getAttribute('aria-describedby')], ['title', 'text']);
    assert.equal(await site.run(page => page.banner.shadowRoot.querySelector('dialog').matches(':modal')), false);
  });

  check('by keys alone: to everything in order, in and out, Enter, Space and Escape', async () => {
    const site = lab.site();
    await asks(site);
    const walk = async count => {
      const seen = [];
      for (let i = 0; i < count; i++) {
        await keys(site, TAB);
        seen.push(await focused(site));
      }
      return seen;
    };
    assert.deepEqual(await walk(5), ['policy', 'details', 'refuse', 'accept', 'link0'], 'the page goes on behind it');
    for (let i = 0; i < 3; i++) await backwards(site);
    assert.equal(await focused(site), 'details');
    assert.equal(await (await part(site, 'details')).getAttribute('aria-expanded'), 'false');
    await keys(site, ENTER);
    assert.equal(await (await part(site, 'details')).getAttribute('aria-expanded'), 'true');
    assert.deepEqual(await walk(7), ['switch0', 'switch1', 'switch2', 'switch3', 'save', 'refuse', 'accept']);
    for (let i = 0; i < 6; i++) await backwards(site);
    assert.equal(await focused(site), 'switch0');
    await keys(site, SPACE);
    assert.equal(await (await part(site, 'switch')).isSelected(), true);
    await keys(site, ESCAPE);
    assert.deepEqual([await shown(site), await focused(site), await (await part(site, 'details')).getAttribute('aria-expanded')], ['asks', 'details', 'false']);
    await keys(site, ESCAPE);
    assert.equal(await shown(site), 'asks', 'one that asks stays');
    await keys(site, SPACE, TAB, TAB, TAB, TAB, TAB);
    assert.equal(await focused(site), 'save');
    await keys(site, ENTER);
    assert.deepEqual([await shown(site), await focused(site), await site.run(page => page.client.consent.status)], ['closed', 'reopen', 'granted']);
    await keys(site, ENTER);
    assert.deepEqual([await shown(site), await focused(site)], ['reopened', 'panel']);
    assert.deepEqual(await walk(4), ['close', 'policy', 'details', 'switch0']);
    await keys(site, SPACE);
    await keys(site, ESCAPE);
    assert.deepEqual([await shown(site), await focused(site), await site.run(page => page.client.consent.status)], ['closed', 'reopen', 'granted']);
    await keys(site, SPACE);
    assert.equal(await (await part(site, 'switch')).isSelected(), true, 'what was not saved is forgotten');
    await keys(site, TAB, ENTER);
    assert.deepEqual([await shown(site), await focused(site)], ['closed', 'reopen'], 'by its cross');
    await keys(site, TAB);
    assert.equal(await focused(site), 'link0');
  });

  check('modal: the focus goes in, stays in, and comes back', async () => {
    const site = lab.site();
    await asks(site);
    await press(site, 'accept');
    await site.run(page => {
      page.banner.setAttribute('modal', '');
      document.getElementById('link3').focus();
      page.banner.open();
    });
    assert.equal(await focused(site), 'panel');
    const seen = new Set();
    for (let i = 0; i < 14; i++) {
      await keys(site, TAB);
      seen.add(await focused(site));
    }
    assert.deepEqual([...seen].filter(name => name.startsWith('link')), []);
    for (const name of ['close', 'save', 'accept']) assert.ok(seen.has(name), name);
    await keys(site, ESCAPE);
    assert.deepEqual([await shown(site), await focused(site)], ['closed', 'link3']);
  });

  check("an Escape that closed something here closes nothing of the page's", async () => {
    const site = lab.site();
    await asks(site);
    await site.run(page => {
      page.heard = 0;
      document.addEventListener('keydown', ({ key }) => (page.heard += key === 'Escape'));
    });
    await press(site, 'details');
    await site.run(page => page.banner.shadowRoot.querySelector('[part=details]').focus());
    await keys(site, ESCAPE);
    assert.equal(await site.run(page => page.heard), 0);
    await keys(site, ESCAPE);
    assert.equal(await site.run(page => page.heard), 1);
  });

  check('what has the focus in the page is not left under it', async () => {
    const site = lab.site();
    await asks(site);
    await rested(site);
    const covered = await site.run(page => {
      scrollTo(0, 0);
      return [...document.querySelectorAll('main a')].filter(link => {
        link.focus();
        const { left, top, width, height } = link.getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2) === page.banner;
      }).map(({ id }) => id);
    });
    // At the very end there is nothing more to scroll to: docs/banner.md has the style for it.
    assert.deepEqual(covered.filter(id => Number(id.slice(4)) < 30), []);
    assert.ok(covered.includes('link39'), 'it covers something');
  });

  check('at 320 px nothing is cut off or too small, with large text as well', async () => {
    const site = lab.site();
    await site.open();
    // A frame is as narrow in every engine.
    const page = site.page();
    await site.run((_, address) => {
      const frame = Object.assign(document.createElement('iframe'), { src: address, id: 'narrow' });
      frame.style.cssText = 'position:fixed;inset:0 auto auto 0;width:320px;height:256px;border:0;background:#fff';
      document.body.append(frame);
    }, page);
    const frame = await eventually('the frame is there', () => site.driver.findElement({ css: '#narrow' }));
    await site.driver.switchTo().frame(frame);
    await site.arrived();
    try {
      for (const size of ['16px', '32px']) {
        await site.run((page, size) => {
          document.querySelectorAll('consentry-banner, main').forEach(one => one.remove());
          document.documentElement.style.fontSize = size;
          document.documentElement.lang = 'de';
        }, size);
        await site.run(furnish);
        await ask(site, { attributes: four });
        await eventually('it is German', async () => (await text(site, 'accept')) === 'Zustimmen');
        await press(site, 'details');
        await rested(site);
        const overflow = await site.run(page => {
          const dialog = page.banner.shadowRoot.querySelector('dialog');
          return [document.documentElement.scrollWidth > innerWidth, dialog.scrollWidth > dialog.clientWidth, dialog.getBoundingClientRect().bottom > innerHeight];
        });
        assert.deepEqual(overflow, [false, false, false]);
        for (const { name, left, right, width, height } of await boxes(site)) {
          assert.ok(left >= 0 && right <= 320, `${name} at ${size}: ${left} to ${right}`);
          assert.ok(height >= (name === 'switch' ? 24 : 44) && width >= 24, `${name} at ${size}: ${width} x ${height}`);
        }
        await press(site, 'refuse');
        assert.equal(await shown(site), 'closed');
        for (const { left, right } of await boxes(site)) assert.ok(left >= 0 && right <= 320);
        await site.run(page => void page.client.resetConsent());
      }
    } finally {
      await site.driver.switchTo().defaultContent();
    }
  });

  check('from right to left it is the mirror image', async () => {
    const site = lab.site();
    await asks(site, { texts: arabic });
    await rested(site);
    const places = () =>
      site.run(page => {
        const of = name => page.banner.shadowRoot.querySelector(`[part=${name}]`).getBoundingClientRect();
        const right = innerWidth - of('panel').right - (innerWidth - document.documentElement.clientWidth);
        return { gap: [of('panel').left, right], order: Math.sign(of('accept').left - of('refuse').left), switches: Math.sign(of('switch').left - of('purpose').left - of('purpose').width / 2) };
      });
    await press(site, 'details');
    const one = await places();
    await site.run(() => void (document.documentElement.dir = 'rtl'));
    const other = await places();
    assert.ok(one.gap[0] < 30 && one.gap[1] > 30, `${one.gap}`);
    assert.ok(other.gap[0] > 30 && other.gap[1] < 30, `${other.gap}`);
    assert.deepEqual([one.order, one.switches, other.order, other.switches], [1, 1, -1, -1]);
    assert.equal(await text(site, 'accept'), 'موافقة');
    await site.run(() => void (document.documentElement.lang = 'ar'));
    assert.deepEqual(await violations(site), []);
  });
});

inEngines((lab, check) => {
  const emulate = features => lab.driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: Object.entries(features).map(([name, value]) => ({ name, value })) });

  check('nothing of the page moves when it comes, opens, closes or goes', async () => {
    const site = lab.site();
    await site.open();
    await site.run(furnish);
    await site.run(page => {
      page.shifts = [];
      new PerformanceObserver(list => page.shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: 'layout-shift', buffered: true });
    });
    const frames = () => site.run(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => null));
    await ask(site, { attributes: four });
    await frames();
    for (const name of ['details', 'accept', 'reopen', 'close', 'reopen', 'refuse']) {
      await press(site, name);
      await frames();
    }
    assert.deepEqual(await site.run(page => page.shifts), []);
    // The observer does see one.
    await site.run(() => {
      const tall = document.createElement('div');
      tall.style.height = '300px';
      document.querySelector('main').prepend(tall);
    });
    await eventually('a shift is seen', () => site.run(page => page.shifts.length > 0));
  });

  check('it comes without motion where the visitor wants none', async () => {
    for (const [value, moves] of [['no-preference', true], ['reduce', false]]) {
      const site = lab.site();
      await site.open();
      await emulate({ 'prefers-reduced-motion': value });
      await ask(site);
      const styles = await site.run(page => {
        const { animationName } = getComputedStyle(page.banner.shadowRoot.querySelector('dialog'));
        return [animationName !== 'none', getComputedStyle(page.banner.shadowRoot.querySelector('input')).transitionDuration !== '0s'];
      });
      assert.deepEqual(styles, [moves, moves]);
    }
  });

  check('with forced colours everything has an outline, and a switch shows what it says', async () => {
    const site = lab.site();
    await site.open();
    await emulate({ 'forced-colors': 'active', 'prefers-color-scheme': 'dark' });
    await site.run(furnish);
    await ask(site, { attributes: four });
    assert.equal(await site.run(() => matchMedia('(forced-colors: active)').matches), true);
    await press(site, 'details');
    await press(site, 'switch', 0);
    await rested(site);
    // What is painted: the styles a script reads are those from before the colours were forced.
    const painted = async (name, at) => {
      const picture = 'data:image/png;base64,' + (await (await part(site, name, at)).takeScreenshot());
      return site.run(async (page, picture) => {
        const image = new Image();
        image.src = picture;
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0);
        const middle = image.height >> 1;
        return Array.from({ length: image.width }, (_, x) => context.getImageData(x, middle, 1, 1).data.slice(0, 3).join());
      }, picture);
    };
    for (const name of ['accept', 'refuse', 'save']) {
      const row = await painted(name);
      assert.deepEqual([row[1], row.at(-2), row[6]], ['255,255,255', '255,255,255', '0,0,0'], name);
      assert.ok(row.slice(6, -6).includes('255,255,255'), name + ' has a text');
    }
    const [on, off] = [await painted('switch', 0), await painted('switch', 1)];
    const knob = row => row.indexOf(row[4] === '0,0,0' ? '255,255,255' : '0,0,0', 4);
    assert.notDeepEqual(on, off);
    assert.ok(knob(on) > on.length / 2 && knob(off) < off.length / 2, `${knob(on)}, ${knob(off)} of ${on.length}`);
    assert.deepEqual(await violations(site, { 'color-contrast': { enabled: false }, 'color-contrast-enhanced': { enabled: false } }), []);
    await emulate({});
  });
}, ['chromium']);
