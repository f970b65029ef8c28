// The three engines, each behind its WebDriver server.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Builder } from 'selenium-webdriver';
import { folder, given } from './environment.mjs';
import { eventually } from './eventually.mjs';
import { freePort, start, stop } from './child.mjs';

// The flags of the wasm tests as well.
const flags = JSON.parse(readFileSync(new URL('../../../webdriver.json', import.meta.url)));

/**
 * Firefox, without the wish of geckodriver that it should end altogether when the process of one
 * page dies.
 */
function firefox() {
  const script = join(folder('firefox'), 'firefox');
  writeFileSync(script, `#!/bin/sh\nunset MOZ_CRASHREPORTER_SHUTDOWN\nexec '${given('CONSENTRY_FIREFOX')}' "$@"\n`, { mode: 0o755 });
  return script;
}

const engines = {
  chromium: {
    server: 'CONSENTRY_CHROMEDRIVER',
    capabilities: proxy => {
      const { args, ...rest } = flags['goog:chromeOptions'];
      // Windows that a page opens are not under WebDriver from the start, so the certificate is
      // accepted for all.
      const more = ['--ignore-certificate-errors', '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable'];
      return {
        browserName: 'chrome',
        proxy,
        'goog:chromeOptions': { ...rest, binary: given('CONSENTRY_CHROMIUM'), args: [...args, ...more] },
      };
    },
  },
  firefox: {
    server: 'CONSENTRY_GECKODRIVER',
    capabilities: proxy => ({
      browserName: 'firefox',
      proxy,
      'moz:firefoxOptions': { ...flags['moz:firefoxOptions'], binary: firefox() },
    }),
  },
  webkit: {
    server: 'CONSENTRY_WEBKIT_DRIVER',
    // Its driver takes an `sslProxy` for a proxy that is itself reached through TLS, so the browser
    // is told without it. The others ask this machine without a proxy, untold.
    capabilities: ({ httpProxy }) => ({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: given('CONSENTRY_MINIBROWSER'), args: ['--automation', `--proxy=http://${httpProxy}`, '--ignore-host=127.0.0.1'] },
    }),
  },
};

export const engineNames = Object.keys(engines);

/** Starts a browser that reaches nothing but this proxy. */
export async function startBrowser(engine, proxy) {
  const { server, capabilities } = engines[engine];
  const port = await freePort();
  const child = start(given(server), [`--port=${port}`], 'ignore');
  const address = `http://127.0.0.1:${port}`;
  await eventually(`${engine}'s driver answers`, () => fetch(address + '/status').then(answer => answer.ok, () => false));
  const session = new Builder()
    .usingServer(address)
    .withCapabilities({
      ...capabilities({ proxyType: 'manual', httpProxy: proxy, sslProxy: proxy }),
      acceptInsecureCerts: true,
      timeouts: { script: 60_000, pageLoad: 60_000 },
    })
    .build();
  // A driver that gives no session would keep this process for ever.
  const late = sleep(80_000, undefined, { ref: false }).then(() => Promise.reject(new Error(`${engine} gave no session`)));
  const driver = await Promise.race([session, late]).catch(async error => {
    await stop(child);
    throw error;
  });
  return {
    driver,
    /** The process whose children the browser is. */
    pid: child.pid,
    async stop() {
      await driver.quit();
      await stop(child);
    },
  };
}
