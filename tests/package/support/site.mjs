// A site under test: an origin nobody was on before, a token nobody used before, and a page.
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.mjs';

let sites = 0;

export class Site {
  constructor({ driver, collector, sitesFolder }, { secure = true, origin } = {}) {
    this.driver = driver;
    this.collector = collector;
    this.host = `shop${++sites}.test`;
    this.origin = origin ?? `${secure ? 'https' : 'http'}://${this.host}`;
    this.token = randomBytes(16).toString('hex');
    this.folder = join(sitesFolder, this.host);
    this.files = 0;
    mkdirSync(this.folder);
  }

  /** Writes a file of the site and answers its path there. */
  file(name, text) {
    writeFileSync(join(this.folder, name), text);
    return `/sites/${this.host}/${name}`;
  }

  /**
   * Makes a page: `before` are functions that run before the package loads. Answers its address.
   */
  page({ before = [], csp, entry = '/pkg/index.js', query = '' } = {}) {
    const number = ++this.files;
    const first = this.file(`before${number}.js`, before.map(run => `(${run})();\n`).join(''));
    const path = this.file(
      `page${number}.html`,
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>shop</title><link rel="icon" href="data:,">
<meta name="site" data-token="${this.token}" data-entry="${entry}">
<script src="${first}"></script><script type="module" src="/support/page.js"></script>`,
    );
    const search = [csp && 'csp=' + encodeURIComponent(csp), query].filter(Boolean).join('&');
    return this.origin + path + (search && '?' + search);
  }

  /** Opens a page and waits for the package. */
  async open(options) {
    this.address = this.page(options);
    await this.visit();
  }

  async visit() {
    await this.driver.get(this.address);
    await this.arrived();
  }

  /** The same page, loaded again. */
  async reload() {
    await this.driver.navigate().refresh();
    await this.arrived();
  }

  arrived() {
    return eventually('the page has loaded the package', () => this.driver.executeScript('return !!window.runInPage'));
  }

  /**
   * Opens the page in another tab. Answers a function that makes it the current one, and one for
   * the tab before.
   */
  async openTab(options) {
    const first = await this.driver.getWindowHandle();
    await this.driver.switchTo().newWindow('tab');
    const second = await this.driver.getWindowHandle();
    await this.open(options);
    return { toFirst: () => this.driver.switchTo().window(first), toSecond: () => this.driver.switchTo().window(second) };
  }

  /**
   * Runs a function in the page: `run(page, ...parameters)`, JSON in and out. It sees nothing of
   * the test around it.
   */
  async run(run, ...parameters) {
    const address = this.file(`run${++this.files}.js`, `export default ${run};\n`);
    const answer = await this.driver.executeAsyncScript(
      'const done = arguments[2]; window.runInPage(arguments[0], arguments[1]).then(done);',
      address,
      JSON.stringify(parameters),
    );
    const { value, error } = JSON.parse(answer);
    if (error) throw new Error('in the page: ' + error);
    return value;
  }

  /** Starts a client in the page. Its timer rings often, so that waiting for it is short. */
  start(options = {}) {
    return this.run((page, options) => void page.start(options), { batch: { flushIntervalMs: 100 }, ...options });
  }

  /** The requests of this site, as the collector saw them. */
  async requests() {
    return (await this.collector.received()).filter(({ origin }) => origin === this.origin);
  }

  /** The records of the site that the collector took. */
  async records(kind) {
    const requests = (await this.requests()).filter(one => one.status === 200 && (!kind || one.kind === kind));
    return requests.flatMap(({ records }) => records);
  }

  /** The names of the events that arrived. */
  async events() {
    return (await this.records('track')).map(({ event }) => event);
  }

  /** Waits until events of these names arrived, in this order. */
  arrival(...names) {
    return eventually(`${names} arrived`, async () => {
      const events = await this.events();
      return names.every(name => events.includes(name)) && events;
    });
  }

  /** Resolves when everything the page could still have sent by its own timers has arrived: its timers rang, and a request made after went
   * through the same proxy. */
  async settled(milliseconds = 350) {
    await this.run(async (page, milliseconds) => {
      await page.rung(milliseconds);
      await fetch('/_collector/health?' + Math.random());
    }, milliseconds);
  }
}
