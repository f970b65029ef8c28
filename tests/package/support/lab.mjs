// A browser, a collector and fresh sites for the tests of a file.
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { engineNames, startBrowser } from './browsers.mjs';
import { startCollector } from './collector.mjs';
import { folder, installed } from './environment.mjs';
import { startLine } from './line.mjs';
import { Site } from './site.mjs';

/** Longer than the longest wait in a test, so that what fails says what it waited for. */
const deadline = 90_000;

class Lab {
  constructor(engine, { line, folders }) {
    this.engine = engine;
    this.withLine = line;
    this.folders = folders;
    this.sitesFolder = folder('sites');
  }

  async start() {
    const support = fileURLToPath(new URL('in-page', import.meta.url));
    this.collector = await startCollector({ '/pkg': installed(), '/sites': this.sitesFolder, '/support': support, ...this.folders });
    if (this.withLine) this.line = await startLine(this.collector.proxy);
    this.browser = await startBrowser(this.engine, this.line?.address ?? this.collector.proxy);
    this.driver = this.browser.driver;
    this.window = await this.driver.getWindowHandle();
  }

  /** A site on an origin of its own. */
  site(options) {
    return new Site(this, options);
  }

  /** Closes what a test opened. The page that stays is left, so that it does nothing more. */
  async tidy() {
    await this.collector.clear();
    if (this.line?.isCut()) await this.line.mend();
    for (const handle of await this.driver.getAllWindowHandles()) {
      if (handle === this.window) continue;
      await this.driver.switchTo().window(handle);
      await this.driver.close();
    }
    await this.driver.switchTo().window(this.window);
    await this.driver.get('about:blank');
  }

  async stop() {
    await this.browser?.stop();
    if (this.line && !this.line.isCut()) await this.line.cut();
    await this.collector?.stop();
  }
}

/** Defines tests for each of these engines: `define(lab, check)`, where `check(name, run)` is one test with a deadline. `line`
 * gives the lab a network that can be cut, `folders` are served besides: `{ '/path': folder }`. */
export function inEngines(define, engines = engineNames, { line = false, folders = {} } = {}) {
  for (const engine of engines) {
    describe(engine, () => {
      const lab = new Lab(engine, { line, folders });
      before(() => lab.start(), { timeout: deadline });
      afterEach(() => lab.tidy(), { timeout: deadline });
      after(() => lab.stop(), { timeout: deadline });
      define(lab, (name, run) => test(name, { timeout: deadline }, run));
    });
  }
}
