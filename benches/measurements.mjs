// What is measured: each answers numbers of one fresh page of one library.
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../tests/package/support/eventually.mjs';
import { watchWork } from './browser.mjs';
import { median } from './statistics.mjs';

/**
 * What the server does until the next measurement. Not a port that nobody listens on: mixpanel-browser then drops its events, unless the browser
 * says that it is offline.
 */
const unavailable = { times: 0, status: 503 };

const inPage = (page, name, parameters) => page.evaluate(([name, parameters]) => window.bench[name](parameters), [name, parameters]);

export class Measurements {
  constructor({ collector, browser }) {
    this.collector = collector;
    this.browser = browser;
  }

  async #fresh(name, behaviours, use) {
    await this.collector.clear();
    if (behaviours.length) await this.collector.behave(...behaviours);
    return this.browser.onFreshPage(name, use);
  }

  /** How many different events of this token the server took. */
  async #arrived(token) {
    const taken = (await this.collector.received()).filter(({ status }) => status === 200).flatMap(({ records }) => records);
    const own = taken.filter(({ properties }) => properties?.token === token);
    return new Set(own.map(({ properties }) => properties.$insert_id)).size;
  }

  /** `count` events while the server answers 503, in one task or each in one of its own: `{ milliseconds, kept, longestTask, losses }`. */
  offline(name, count, spread) {
    return this.#fresh(name, [unavailable], (page, token) => inPage(page, 'offline', { token, count, spread }));
  }

  /** A burst of 1,000: `{ call, task, longestTask }`. */
  granted(name) {
    return this.#fresh(name, [], (page, token) => inPage(page, 'granted', { token, count: 1_000 }));
  }

  /** Microseconds for each of 100 calls, while that many events wait. */
  async queued(name, waiting) {
    const parameters = { waiting, count: 100, times: 5 };
    const { samples } = await this.#fresh(name, [unavailable], (page, token) => inPage(page, 'queued', { token, ...parameters }));
    return median(samples);
  }

  /** Nanoseconds per call after an opt-out. */
  async optedOut(name) {
    // So many, because the clock of a page is coarse: 0.1 ms.
    const parameters = { count: 100_000, times: 5 };
    const { samples, kept } = await this.#fresh(name, [], (page, token) => inPage(page, 'optedOut', { token, ...parameters }));
    if (kept) throw new Error(`${name} kept ${kept} events after an opt-out`);
    return median(samples);
  }

  /** `{ milliseconds, work }`: until the script has run and started, and milliseconds of the main thread with the second after it. */
  startup(name) {
    return this.#fresh('startup', [], async (page, token) => {
      const parameters = { token, name, script: `/script-${name}.js` };
      await page.evaluate(parameters => window.startup.prepare(parameters), parameters);
      const worked = await watchWork(page);
      const milliseconds = await page.evaluate(() => window.startup.run());
      await sleep(1_000);
      return { milliseconds, work: await worked() };
    });
  }

  /** Microseconds of the main thread for each of so many events, from `track()` until the server has them. */
  delivered(name, count, spread) {
    return this.#fresh(name, [], async (page, token) => {
      const worked = await watchWork(page);
      await inPage(page, 'deliver', { token, count, spread });
      const all = async () => {
        await sleep(200);
        return (await this.#arrived(token)) >= count;
      };
      await eventually(`${name} delivered ${count} events`, all, 90_000);
      // Taking them off the queue belongs to it.
      await sleep(1_000);
      return ((await worked()) * 1e3) / count;
    });
  }

  /** Microseconds of the main thread for each of 250 events, one every 40 ms: long enough for every library to have sent some. */
  paced(name) {
    return this.#fresh(name, [], async (page, token) => {
      const parameters = { count: 250, pause: 40 };
      await inPage(page, 'begin', { token });
      const worked = await watchWork(page);
      await inPage(page, 'paced', parameters);
      return ((await worked()) * 1e3) / parameters.count;
    });
  }
}
