// What `cargo xtask bench` runs: node run.mjs RUNS [--check]. Prints a table; with --check it fails where a target is missed.
import { startCollector } from '../tests/package/support/collector.mjs';
import { startBrowser } from './browser.mjs';
import { Measurements } from './measurements.mjs';
import { makePages } from './pages.mjs';
import { takeSamples } from './plan.mjs';
import { markdown, rowsOf } from './report.mjs';

const [runs, check] = [Number(process.argv[2]), process.argv.includes('--check')];
const { folder, versions } = await makePages();
const collector = await startCollector({ '/': folder });
let browser;
try {
  browser = await startBrowser(collector.http);
  const samples = await takeSamples(new Measurements({ collector, browser }), runs, line => console.error('    ' + line));
  const rows = rowsOf(samples);
  console.log('\n' + markdown(rows, { versions, chromium: browser.version, runs }));
  const missed = rows.filter(({ met }) => met === false).length;
  console.log(missed ? `${missed} of ${rows.filter(({ met }) => met !== undefined).length} targets are missed` : 'every target is met');
  if (check && missed) process.exitCode = 1;
} finally {
  await browser?.stop();
  await collector.stop();
}
