// The default entry in a classic script, on pages that are not UTF-8: bundlers leave its text as it
// is, and no encoding spoils it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlers } from '../sizes/bundlers.mjs';
import { project } from './support/environment.mjs';
import { inEngines } from './support/lab.mjs';

/**
 * A program of a site. What it sends is beyond ASCII, and beyond what any encoding can say; its own
 * text is neither.
 */
const program = token => `
  import { consentry } from 'consentry';
  const client = consentry('${token}', { batch: { flushIntervalMs: 100 } });
  // what bundlers do not work out
  const text = (...bytes) => new TextDecoder().decode(Uint8Array.of(...bytes));
  client.optIn({ event: false });
  client.track('Classic', { city: text(75, 195, 182, 108, 110), half: 'a' + text(240, 159, 152, 128)[0] + 'b' });
  client.ready.then(ready => (document.title = ready ? 'runs' : 'does not run'));`;

/** The program as one script of the site. */
async function bundled(site, bundler) {
  const root = project(bundler);
  writeFileSync(join(root, 'main.js'), program(site.token));
  const out = join(site.folder, 'out');
  mkdirSync(out);
  const script = readFileSync(await bundlers[bundler](root, out));
  rmSync(root, { recursive: true });
  assert.deepEqual(script.toString('latin1').match(/[^\0-\x7f]/g), null);
  return site.file('classic.js', script);
}

/** Opens a page of that encoding, or of none, with the script, and sees what arrives. */
async function records(lab, site, script, charset) {
  const page = site.file('classic.html', `<!doctype html><html lang="en"><title>waits</title><link rel="icon" href="data:,"><script src="${script}?charset="></script>`);
  await lab.driver.get(`${site.origin}${page}?charset=${charset}`);
  // Otherwise this would test nothing.
  assert.equal(await lab.driver.executeScript('return document.characterSet'), 'windows-1252');
  await lab.driver.wait(async () => (await lab.driver.getTitle()) !== 'waits', 20_000);
  assert.equal(await lab.driver.getTitle(), 'runs');
  await site.arrival('Classic');
  const [{ properties }] = await site.records('track');
  assert.deepEqual([properties.city, properties.half], ['K\u00f6ln', 'a\ufffdb']);
  assert.deepEqual((await site.requests()).flatMap(({ problems, warnings }) => [...problems, ...warnings]), []);
}

inEngines((lab, check) => {
  const works = (bundler, name, charset) =>
    check(`a classic script made by ${bundler} works on a page ${name}`, async () => {
      const site = lab.site();
      await records(lab, site, await bundled(site, bundler), charset);
    });
  works('webpack', 'without a charset', '');
  // How a bundler writes the script is no matter of the engine.
  for (const bundler of lab.engine === 'chromium' ? Object.keys(bundlers) : ['webpack']) works(bundler, 'in windows-1252', 'windows-1252');
});
