// What `cargo xtask bench` runs: node run.mjs RUNS [--check] [WORD...]. Prints a table of the rows with such words, or of all; with --check it fails
// where one is beyond what it has to be.
import { startCollector } from '../tests/package/support/collector.mjs';
import { startBrowser } from './browser.mjs';
import { Measurements } from './measurements.mjs';
import { makePages } from './pages.mjs';
import { takeSamples } from './plan.mjs';
import { markdown, rowsOf } from './report.mjs';

const [, , runs, ...rest] = process.argv;
const check = rest[0] === '--check';
const only = check ? rest.slice(1) : rest;
const { folder, versions } = await makePages();
const collector = await startCollector({ '/': folder });
let browser;
try {
  browser = await startBrowser(collector.http);
  const samples = await takeSamples(new Measurements({ collector, browser }), Number(runs), only, line => console.error('    ' + line));
  const rows = rowsOf(samples);
  console.log('\n' + markdown(rows, { versions, chromium: browser.version, runs: Number(runs) }));
  const aims = rows.filter(({ met }) => met !== undefined);
  const missed = aims.filter(({ met }) => !met);
  console.log(missed.length ? `${missed.length} of ${aims.length} targets are missed` : 'every target is met');
  if (check && missed.some(({ bearable }) => !bearable)) process.exitCode = 1;
} finally {
  await browser?.stop();
  await collector.stop();
}
