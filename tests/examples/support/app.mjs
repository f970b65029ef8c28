// An example in a browser, as somebody who looks at it and presses its buttons.
import { By } from 'selenium-webdriver';
import { eventually } from '../../package/support/eventually.mjs';

/** Longer than the applications let a record wait. */
const interval = 1_350;

export class App {
  constructor(site, name, html) {
    this.site = site;
    this.name = name;
    this.html = html;
    site.token = 'EXAMPLE';
  }

  /** Opens the page as it is built, with `before` and the tests' notebook in front of it. */
  async open({ before = [] } = {}) {
    const { site } = this;
    const number = ++site.files;
    const first = site.file(`before${number}.js`, before.map(run => `(${run})();\n`).join(''));
    const head = `<head><base href="/examples/${this.name}/">
<meta name="site" data-token="${site.token}" data-entry="/pkg/index.js">
<script src="${first}"></script><script type="module" src="/support/page.js"></script>`;
    site.address = site.origin + site.file(`app${number}.html`, this.html.replace('<head>', head));
    await site.driver.get(site.address);
    await this.started();
  }

  /** Leaves the application for a page with the npm package. */
  async openPackage() {
    await this.site.open();
    await this.site.start();
  }

  async reload() {
    await this.site.reload();
    await this.started();
  }

  async started() {
    await this.site.arrived();
    await eventually('the application is there', () => this.shows('status'));
  }

  /** Opens the application, or what `open` does, in another tab. */
  async openTab(open = () => this.open()) {
    const { driver } = this.site;
    const first = await driver.getWindowHandle();
    await driver.switchTo().newWindow('tab');
    const second = await driver.getWindowHandle();
    await open();
    return { toFirst: () => driver.switchTo().window(first), toSecond: () => driver.switchTo().window(second) };
  }

  /** Presses the button of this id, once it is there: frameworks draw when they like. */
  async press(id) {
    await eventually(`there is ${id}`, () => this.shows(id));
    await this.site.driver.findElement(By.id(id)).click();
  }

  shows(id) {
    return this.site.driver.executeScript('return !!document.getElementById(arguments[0])', id);
  }

  text(id) {
    return this.site.driver.executeScript('return document.getElementById(arguments[0])?.textContent', id);
  }

  status() {
    return this.text('status');
  }

  /** Runs a function in the page, see [`Site`]. */
  run(run, ...parameters) {
    return this.site.run(run, ...parameters);
  }

  /** Waits until the last request has come to this. */
  underWay(outcome) {
    return eventually(`the request is ${outcome}`, async () => (await this.site.requests()).at(-1)?.outcome === outcome, 5_000);
  }

  settled() {
    return this.site.settled(interval);
  }
}
