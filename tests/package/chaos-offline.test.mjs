// Promise 7: events of a visitor without a network are kept, and delivered when it is back.
import assert from 'node:assert/strict';
import { spies } from './support/before.mjs';
import { arrivedOnce, burst, comeBack, granted, names } from './support/burst.mjs';
import { onlyPages } from './support/down.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/**
 * Waits until the page has tried so often. What it tries without a network is seen by nobody else.
 */
const tried = (site, count) =>
  eventually(`${count} attempts`, () => site.driver.executeScript("return seen.filter(name => name === 'fetch').length >= arguments[0]", count), 20_000);

inEngines((lab, check) => {
  check('the network goes, and comes back after two attempts', async () => {
    const site = lab.site();
    await granted(site, {}, { before: [spies] });
    await lab.line.cut();
    await site.driver.executeScript("for (let i = 0; i < 70; i++) page.client.track('Offline ' + i)");
    await tried(site, 2);
    await lab.line.mend();
    // The wait after the second attempt is at most 4 seconds.
    await arrivedOnce(site, names('Offline', 70), 15_000);
  });

  check('the browser says that it is online again: the next attempt comes soon, however long the wait was to be', async () => {
    const site = lab.site();
    await granted(site, {}, { before: [spies] });
    await lab.line.cut();
    await site.driver.executeScript("for (let i = 0; i < 20; i++) page.client.track('Offline ' + i)");
    await tried(site, 3);
    await lab.line.mend();
    // As the browser would; only Chromium's driver can bring that about, see below.
    await site.driver.executeScript("dispatchEvent(new Event('online'))");
    const online = Date.now();
    await arrivedOnce(site, names('Offline', 20), 25_000);
    const [{ at }] = (await site.requests()).filter(({ status }) => status === 200);
    // The wait was to be up to 8 seconds; not all pages come back in the same moment, so up to 2
    // are left of it.
    assert.ok(at - online <= 4_000, `${at - online} ms after`);
  });

  check('the network goes while a request is under way', async () => {
    const site = lab.site();
    await granted(site);
    await lab.collector.behave({ hang: true, times: 0 });
    await burst(site, 'Under way', 70);
    await eventually('a request is open', async () => (await site.requests()).some(({ outcome }) => outcome === 'open'));
    await lab.line.cut();
    await eventually('it is closed', async () => (await site.requests()).every(({ outcome }) => outcome === 'closed_by_client'));
    await lab.collector.behaveWell();
    await lab.line.mend();
    await arrivedOnce(site, names('Under way', 70), 15_000);
  });

  check('a page that came and went without a network is caught up on', async () => {
    const site = lab.site();
    await granted(site);
    await lab.line.cut();
    await site.driver.executeScript("for (let i = 0; i < 20; i++) page.client.track('Offline ' + i)");
    await lab.driver.get('about:blank');
    await onlyPages(lab);
    await lab.collector.behaveWell();
    await comeBack(site);
    await arrivedOnce(site, names('Offline', 20));
  });
}, undefined, { line: true });

// Only Chromium's driver can tell a page that it is offline.
inEngines((lab, check) => {
  check('navigator.onLine turns false and true again', async () => {
    const site = lab.site();
    await granted(site, {}, { before: [spies] });
    const network = offline => lab.driver.setNetworkConditions({ offline, latency: 0, download_throughput: -1, upload_throughput: -1 });
    await network(true);
    try {
      await site.driver.executeScript("for (let i = 0; i < 20; i++) page.client.track('Offline ' + i)");
      await tried(site, 2);
    } finally {
      await network(false);
      await lab.driver.deleteNetworkConditions();
    }
    await arrivedOnce(site, names('Offline', 20), 15_000);
  });
}, ['chromium'], { line: true });
