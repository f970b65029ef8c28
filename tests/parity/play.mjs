// Plays one scenario with one library: each on an origin where nobody was before.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../package/support/eventually.mjs';
import { snippet } from './libraries.mjs';

const scripts = ['clock', 'before', 'network', 'values', 'script-tag', 'player'];

const html = (data, scenario, library) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>shop</title><link rel="icon" href="data:,">
<script type="application/json" id="scenario">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
${scripts.map(name => `<script src="/in-page/${name}.js"></script>`).join('\n')}
${scenario.script ? '' : `<script src="/libraries/${library}.js"></script>`}
</head><body>${scenario.body ?? ''}</body></html>`;

/**
 * How long the last page goes on by its own clock: for every batch to leave, and for those of the page
 * before, which are anybody's after ten seconds.
 */
const REST = 22_000;

export class Player {
  #played = 0;

  constructor({ driver, collector, sites }) {
    this.driver = driver;
    this.collector = collector;
    this.sites = sites;
  }

  /** What was seen: a list of pages, the requests, and the cookies with their attributes. */
  async play(scenario, library) {
    const name = `p${++this.#played}`;
    const host = `${scenario.subdomain ?? ''}${name}.test`;
    const origin = `${scenario.secure ? 'https' : 'http'}://${host}`;
    const folder = join(this.sites, name);
    mkdirSync(folder);
    await this.collector.clear();
    const open = { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' };
    const answers = (scenario.answers ?? []).map(answer => ({ ...answer, headers: { ...open, ...answer.headers } }));
    await this.collector.behave(...answers, { times: 0, headers: open });
    const base = Math.floor(Date.now() / 1000) * 1000;
    const pages = [];
    for (const [number, about] of scenario.pages.entries()) {
      const last = pages.at(-1);
      const data = {
        scenario: { ...scenario, pages: scenario.pages.map(page => ({ rest: page === scenario.pages.at(-1) ? REST : 0, ...page })) },
        page: number,
        firstStep: last?.steps ?? 0,
        base,
        elapsed: last?.elapsed ?? 0,
        ownHost: `${name}.test`,
        script: scenario.script ? `/libraries/${library}-script.js` : null,
        snippet: scenario.script ? snippet : null,
      };
      // One name for every page of a scenario: the library sees the address.
      writeFileSync(join(folder, 'index.html'), html(data, scenario, library));
      // What a page says when it is left arrives before the next one begins.
      if (last) {
        await this.driver.get('about:blank');
        await this.#settled(origin);
      }
      await this.driver.get(`${origin}/sites/${name}/${about.query ?? ''}`);
      const played = await this.driver.executeAsyncScript(
        `const done = arguments[0];
        window.parity.play().then(done, error => done(JSON.stringify({ failed: error + '\\n' + error.stack })));`,
      );
      const seen = JSON.parse(played);
      if (seen.failed) throw new Error(`${scenario.name}, ${library}: ${seen.failed}`);
      pages.push(seen);
    }
    const cookies = await this.driver.manage().getCookies();
    const requests = await this.#settled(origin);
    return { base, name, pages, cookies, requests };
  }

  /** The site's requests, once those that nobody waits for, as beacons, have arrived as well. */
  async #settled(origin) {
    const arrived = async () => (await this.collector.received()).filter(one => one.origin === origin);
    let before = -1;
    return eventually('no further request arrives', async () => {
      const requests = await arrived();
      const still = requests.length === before && requests.every(({ outcome }) => outcome !== 'open');
      before = requests.length;
      return still && requests;
    }).catch(arrived);
  }
}
