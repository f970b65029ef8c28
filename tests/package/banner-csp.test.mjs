// The banner asks nothing of a site's policy: no inline styles, no markup from text.
import assert from 'node:assert/strict';
import { ask, part, press, shown, text } from './support/banner.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const strict = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self' https://api-js.mixpanel.com", 'img-src data:',
  "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
].join('; ');

function violations() {
  window.violations = [];
  addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => window.violations.push(`${violatedDirective} ${sample}`));
}

/** As in browsers from before 2023. */
function noSheets() {
  window.CSSStyleSheet = function () {
    throw new TypeError('Illegal constructor');
  };
}

const position = page => getComputedStyle(page.banner.shadowRoot.querySelector('dialog')).position;

inEngines((lab, check) => {
  check('under the strictest policy everything is as it is without', async () => {
    const site = lab.site();
    await site.open({ csp: strict, before: [violations] });
    await ask(site, { attributes: { 'policy-url': '/privacy', purposes: 'analytics advertising', 'lock-scroll': '' } });
    assert.equal(await site.run(position), 'fixed');
    await press(site, 'details');
    await site.run(page => page.banner.setAttribute('lang', 'fr'));
    await eventually('it is French', async () => (await text(site, 'accept')) === 'Accepter');
    await press(site, 'switch');
    await press(site, 'save');
    await press(site, 'reopen');
    await site.run(page => page.banner.setAttribute('modal', ''));
    await press(site, 'accept');
    await site.arrival('$opt_in');
    await press(site, 'reopen');
    assert.equal(await shown(site), 'reopened');
    assert.deepEqual(await site.run(() => window.violations), []);
    // The policy does forbid.
    const refused = await site.run(async () => {
      document.body.setAttribute('style', 'color:red');
      const element = document.createElement('div');
      try {
        element.innerHTML = '<b></b>';
      } catch (error) {
        return error.name;
      }
    });
    await eventually('the inline style was refused', () => site.run(() => window.violations.some(one => one.startsWith('style-src'))));
    if (lab.engine === 'chromium') assert.equal(refused, 'TypeError');
  });

  check('a browser that makes no sheets by script has the same look', async () => {
    const site = lab.site();
    await site.open({ before: [noSheets] });
    await ask(site);
    assert.equal(await site.run(position), 'fixed');
    await press(site, 'accept');
    assert.equal(await shown(site), 'closed');
    await press(site, 'reopen');
    assert.equal(await site.run(position), 'fixed');
    assert.notEqual(await part(site, 'panel'), null);
  });
});
