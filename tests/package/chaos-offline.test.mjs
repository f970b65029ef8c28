// Promise 7: events of a visitor without a network are kept, and delivered when it is back.
import { spies } from './support/before.mjs';
import { arrivedOnce, burst, comeBack, granted, names } from './support/burst.mjs';
import { onlyPages } from './support/down.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

/** Waits until the page has tried so often. What it tries without a network is seen by nobody else. */
const tried = (site, count) =>
  eventually(`${count} attempts`, () => site.driver.executeScript("return seen.filter(name => name === 'fetch').length >= arguments[0]", count), 20_000);

inEngines((lab, check) => {
  check('the network goes, and comes back after three attempts', async () => {
    const site = lab.site();
    await granted(site, {}, { before: [spies] });
    await lab.line.cut();
    await site.driver.executeScript("for (let i = 0; i < 70; i++) page.client.track('Offline ' + i)");
    await tried(site, 3);
    await lab.line.mend();
    // The wait after the third attempt is at most 8 seconds.
    await arrivedOnce(site, names('Offline', 70), 15_000);
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
});

// Only Chromium's driver can tell a page that it is offline.
inEngines((lab, check) => {
  check('navigator.onLine turns false and true again', async () => {
    const site = lab.site();
    await granted(site, {}, { before: [spies] });
    const network = offline => lab.driver.setNetworkConditions({ offline, latency: 0, download_throughput: -1, upload_throughput: -1 });
    await network(true);
    try {
      await site.driver.executeScript("for (let i = 0; i < 20; i++) page.client.track('Offline ' + i)");
      await tried(site, 3);
    } finally {
      await network(false);
      await lab.driver.deleteNetworkConditions();
    }
    await arrivedOnce(site, names('Offline', 20), 15_000);
  });
}, ['chromium']);
