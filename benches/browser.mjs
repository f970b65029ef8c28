// Chromium, and fresh pages in it: each with storage of its own, which nobody used before.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { given } from '../tests/package/support/environment.mjs';

// The flags of the tests as well.
const { args } = JSON.parse(readFileSync(new URL('../webdriver.json', import.meta.url)))['goog:chromeOptions'];

/** Starts Chromium; it finds no host but this machine. */
export async function startBrowser(origin) {
  const browser = await chromium.launch({
    executablePath: given('CONSENTRY_CHROMIUM'),
    args: [...args, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });

  /** Opens a page and hands it to `use(page, token)`. */
  async function onFreshPage(name, use) {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      // The collector speaks Mixpanel's protocol only. Not for the others: it makes every request of a page slower.
      if (name === 'snowplow') await page.route('**/com.snowplowanalytics.snowplow/**', route => route.fulfill({ status: 200, body: 'ok' }));
      page.on('pageerror', error => console.error(`${name}: ${error.stack}`));
      await page.goto(`${origin}/${name}.html`);
      return await use(page, randomBytes(16).toString('hex'));
    } finally {
      await context.close();
    }
  }
  return { version: browser.version(), onFreshPage, stop: () => browser.close() };
}

/** Milliseconds the page's main thread has worked since this was called: processor time, so that other programs do not count. */
export async function watchWork(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1e3;
  };
  const before = await worked();
  return async () => (await worked()) - before;
}
