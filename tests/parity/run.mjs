// What `cargo xtask parity` runs: node run.mjs [--reference] [--kept] [--again] [--write] [WORD...]. Of the
// scenarios only those with one of the words in their theme or name; the name of an engine chooses it.
// `--again` plays nothing and looks with the rows of now at what was seen last.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser } from '../package/support/browsers.mjs';
import { startCollector } from '../package/support/collector.mjs';
import { folder, given } from '../package/support/environment.mjs';
import { differences, explained } from './compare.mjs';
import { table as differencesTable } from './differences/index.mjs';
import { Kept } from './kept.mjs';
import { makeLibraries, referenceVersion } from './libraries.mjs';
import { normalised } from './normalise.mjs';
import { Player } from './play.mjs';
import { counted, printed, seenIn, written } from './report.mjs';
import { scenarios } from './scenarios/index.mjs';

const parameters = process.argv.slice(2);
const withItself = parameters.includes('--reference');
const again = parameters.includes('--again');
const reuse = parameters.includes('--kept');
const write = parameters.includes('--write');
const words = parameters.filter(word => !word.startsWith('--'));
const ENGINES = ['chromium', 'firefox'];
const engines = ENGINES.filter(engine => words.includes(engine) || !words.some(word => ENGINES.includes(word)));
const wanted = words.filter(word => !ENGINES.includes(word));
const chosen = scenarios.filter(({ id }) => !wanted.length || wanted.some(word => id.includes(word)));

const work = given('CONSENTRY_WORK');
const say = line => console.error('    ' + line);
const files = again ? undefined : await makeLibraries(!withItself);
const used = new Map();
/** By scenario: by engine `{ unexplained, reasons }`. */
const results = new Map(chosen.map(({ id }) => [id, {}]));

/** Looks at the differences of a scenario, and says which none of the rows explains. */
function look(engine, scenario, all) {
  const result = explained(scenario.id, all, withItself ? [] : differencesTable, used);
  results.get(scenario.id)[engine] = result;
  for (const { path, reference, ours } of result.unexplained) {
    say(`${engine}, ${scenario.id}: ${path}\n        reference: ${JSON.stringify(reference)}\n        ours:      ${JSON.stringify(ours)}`);
  }
  return result;
}

/** What was seen last in an engine: a scenario's differences. */
const lastOf = engine => join(given('CONSENTRY_KEPT'), `last-${engine}.json`);

function lookAgain(engine) {
  const last = new Map(JSON.parse(readFileSync(lastOf(engine), 'utf8')));
  for (const scenario of chosen) {
    if (!last.has(scenario.id)) throw new Error(`"${scenario.id}" was not played yet in ${engine}`);
    look(engine, scenario, last.get(scenario.id));
  }
}

/** Browsers of an engine that play at once. */
const BROWSERS = 2;

async function playAll(engine) {
  const last = new Map(existsSync(lastOf(engine)) ? JSON.parse(readFileSync(lastOf(engine), 'utf8')) : []);
  const keep = () => withItself || writeFileSync(lastOf(engine), JSON.stringify([...last]));
  const waiting = [...chosen];
  const started = Date.now();
  await Promise.all(Array.from({ length: Math.min(BROWSERS, chosen.length) }, () => playIn(engine, waiting, last, keep)));
  keep();
  say(`${engine}: ${chosen.length} scenarios in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Plays in a browser with a collector of its own what waits, until nothing does. */
async function playIn(engine, waiting, last, keep) {
  const sites = folder('sites');
  const collector = await startCollector({ '/sites': sites, '/libraries': files, '/in-page': fileURLToPath(new URL('in-page', import.meta.url)) });
  const browser = await startBrowser(engine, collector.proxy);
  try {
    const player = new Player({ driver: browser.driver, collector, sites });
    const version = (await browser.driver.getCapabilities()).getBrowserVersion();
    const kept = new Kept(given('CONSENTRY_KEPT'), files, `${engine} ${version}`, reuse);
    for (let scenario; (scenario = waiting.shift()); ) {
      const seen = await playBoth(player, kept, scenario);
      const [reference, ours] = seen.map(({ failed }) => failed ?? 'played');
      const all = seen.some(({ failed }) => failed) ? [{ path: 'failed', reference, ours }] : differences(...seen);
      last.set(scenario.id, all);
      // A run that is ended early has shown something, too.
      if (waiting.length % 10 === 0) keep();
      const { unexplained } = look(engine, scenario, all);
      if (unexplained.length) writeFileSync(join(work, `${scenario.number}-${engine}.json`), JSON.stringify({ id: scenario.id, seen }, null, 1));
    }
  } finally {
    await browser.stop();
    await collector.stop();
  }
}

async function playBoth(player, kept, scenario) {
  const seen = [];
  for (const play of [() => kept.played(scenario, () => player.play(scenario, 'reference')), () => player.play(scenario, withItself ? 'reference' : 'ours')]) {
    try {
      seen.push(normalised(await play(), scenario));
    } catch (error) {
      seen.push({ failed: `${error}`.split('\n')[0] });
    }
  }
  return seen;
}

if (again) engines.forEach(lookAgain);
else await Promise.all(engines.map(playAll));

const played = Object.fromEntries(engines.map(engine => [engine, seenIn(engine, results)]));
console.log('\n' + printed(counted(chosen, played)));
const faults = chosen.flatMap(({ id, number }) =>
  Object.entries(results.get(id)).flatMap(([engine, { unexplained }]) => unexplained.map(one => ({ engine, id, number, ...one }))),
);
writeFileSync(join(work, 'different.json'), JSON.stringify(faults, null, 1));
if (faults.length) say(`what both saw of a different scenario is in NUMBER-ENGINE.json, and every difference in different.json, in ${work}`);
if (faults.length) process.exitCode = 1;
const isWhole = !wanted.length && !withItself;
if (isWhole && engines.length === ENGINES.length) {
  for (const { name } of differencesTable.filter(({ name }) => !used.has(name))) {
    console.error(`the difference "${name}" explains nothing any more: take its row out of tests/parity/differences`);
    process.exitCode = 1;
  }
}
if (write) {
  if (!isWhole) throw new Error('--write is for all scenarios, with ours');
  written({ scenarios, played, table: differencesTable, reference: referenceVersion });
}
