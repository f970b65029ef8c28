// Leaving a page and coming back, where browsers may have put it away as it was, in the
// back-forward cache.
import { eventually } from './eventually.mjs';
import { startMirror } from './mirror.mjs';

/** A check that gets a site whose pages a browser may put away. */
export const withMirror = (lab, check) => (name, run) =>
  check(name, async test => {
    const mirror = await startMirror(lab.collector);
    test.after(() => mirror.stop());
    await run(lab.site({ origin: mirror.origin }));
  });

/** A page of the site that has nothing to do with the package. */
export const plain = site => site.origin + site.file('plain.html', '<!doctype html><title>plain</title><link rel="icon" href="data:,">');

/** Goes where a link would lead. */
export async function leave(site, where) {
  await site.driver.executeScript('setTimeout(() => location.assign(arguments[0]))', where);
  await eventually('the page is left', async () => (await site.driver.getCurrentUrl()) === where);
  await eventually('the next is there', () => site.driver.executeScript("return document.readyState === 'complete'"));
}

/**
 * Goes back to a page with `shows`. Answers whether it is the one that was left, and why not; one
 * that is not gets a client as well.
 */
export async function back(site) {
  await site.driver.navigate().back();
  await site.arrived();
  const [seen, why] = await site.driver.executeScript("return [shows, performance.getEntriesByType('navigation')[0].notRestoredReasons]");
  const kept = seen.length === 2 && seen[1];
  if (!kept) await site.start();
  return kept ? 'kept' : 'not kept: ' + (why?.reasons?.map(({ reason }) => reason).join() ?? 'no reason given');
}
