// The page of docs/rust.md, built as it says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { By } from 'selenium-webdriver';
import { given } from '../package/support/environment.mjs';
import { eventually } from '../package/support/eventually.mjs';
import { inEngines } from '../package/support/lab.mjs';

const folders = { '/examples': given('CONSENTRY_EXAMPLES') };
const html = readFileSync(join(folders['/examples'], 'shop', 'index.html'), 'utf8');

inEngines((lab, check) => {
  check('what is pressed is counted once the visitor said yes', async () => {
    const site = lab.site();
    const { driver } = lab;
    const buttons = text => driver.findElements(By.xpath(`//button[.="${text}"]`));
    const press = async text => {
      const [button] = await eventually(`there is ${text}`, async () => (found => found.length && found)(await buttons(text)));
      await button.click();
    };
    await driver.get(site.origin + site.file('shop.html', html.replace('<head>', '<head><base href="/examples/shop/">')));
    await press('Order');
    await press('Yes');
    await eventually('the question is gone', async () => !(await buttons('Yes')).length);
    await press('Order');
    // A page as it is documented lets a record wait ten seconds.
    await eventually('both arrived', async () => (await site.events()).length >= 2, 20_000);
    const [opted, ordered, ...more] = await site.records('track');
    assert.deepEqual([opted.event, ordered.event, ordered.properties.plan, more], ['$opt_in', 'Ordered', 'pro', []]);
    assert.equal(ordered.properties.token, 'PROJECT_TOKEN');
    assert.ok((await site.requests()).every(({ host }) => host === 'api-eu.mixpanel.com'));
  });
}, ['chromium', 'firefox'], { folders });
