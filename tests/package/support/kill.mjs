// Ending the process that shows a page, as a crash does, or a system that is short of memory.
//
// WebKitGTK's driver ends its whole session when one of its web processes dies, and an automated
// session keeps its storage in memory only: there is nothing left to come back to. So pages are
// killed in Chromium and Firefox.
import { readFileSync, readdirSync } from 'node:fs';
import { eventually } from './eventually.mjs';

export const killable = ['chromium', 'firefox'];

/**
 * Opens a page in another tab, on a process of its own. Answers a function that kills the process,
 * and closes the tab.
 */
export async function doomed(lab, open) {
  const { driver, engine, browser } = lab;
  const before = siteProcesses(browser.pid);
  await driver.switchTo().newWindow('tab');
  const window = await driver.getWindowHandle();
  await open();
  const pids = engine === 'firefox' ? siteProcesses(browser.pid).filter(pid => !before.includes(pid)) : [];
  if (engine === 'firefox' && pids.length !== 1) throw new Error(`the page was to have a process of its own, there are ${pids.length}`);
  return async () => {
    if (engine === 'firefox') {
      process.kill(pids[0], 'SIGKILL');
      await eventually('the process is gone', () => !siteProcesses(browser.pid).includes(pids[0]));
    } else {
      // Nothing is asked of the page itself: it may hang.
      if ((await driver.getWindowHandle()) !== window) await driver.switchTo().window(window);
      // The driver has no other answer to this.
      await driver.sendDevToolsCommand('Page.crash').catch(({ message }) => {
        if (!message.includes('tab crashed')) throw new Error(message);
      });
    }
    await driver.switchTo().window(window);
    await driver.close();
    await driver.switchTo().window(lab.window);
  };
}

/** The processes in which this Firefox shows sites. It names them after their kind. */
const siteProcesses = root => descendants(root).filter(({ name }) => name === 'Isolated Web Co').map(({ pid }) => pid);

/** What Linux says of the processes that descend from this one. */
function descendants(root) {
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(pid => {
    try {
      const [, name, parent] = /\((.*)\) \S+ (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
      return [{ pid: +pid, name, parent: +parent }];
    } catch {
      return []; // gone meanwhile
    }
  });
  const below = parent => all.filter(one => one.parent === parent).flatMap(one => [one, ...below(one.pid)]);
  return below(root);
}
