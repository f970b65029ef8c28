// What is measured inside a page, the same for every library. Each answers plain numbers.
import { durable, kept } from './durable.js';
import { watchTasks } from './longest-task.js';

const properties = number => ({ page: 'pricing', number });

/** Resolves in a task of its own, without the delay of a timer. */
function nextTask() {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** Calls `step(0)` to `step(count - 1)`, each in a task of its own. */
function inTasks(count, step) {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    let number = 0;
    port1.onmessage = () => {
      step(number);
      if (++number < count) return port2.postMessage(0);
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/**
 * Makes `window.bench`. `library` has `start(token)`, which answers a client with `track` and `optOut`, and `isQueueKey(token)`, which answers
 * whether a key of localStorage may hold events of this token.
 */
export function measure({ start, isQueueKey }) {
  const client = token => ({ ...start(token), isKey: isQueueKey(token) });
  const burst = ({ track }, count) => {
    for (let number = 0; number < count; number++) track('Viewed', properties(number));
  };

  let pacing;

  window.bench = {
    /** Tracks while the server does not take anything: how long until all is on the device, and the longest task. */
    async offline({ token, count, spread }) {
      const { track, isKey, losses } = client(token);
      await nextTask();
      const tasks = watchTasks();
      const begin = performance.now();
      if (spread)
        await inTasks(count, number => {
          tasks.gap();
          track('Viewed', properties(number));
        });
      else {
        burst({ track }, count);
        await nextTask();
      }
      tasks.gap();
      const { at, kept } = await durable(isKey, count, tasks.own);
      return { milliseconds: at && at - begin, kept, longestTask: await tasks.end(), losses: losses?.() };
    },

    /** A burst on a fresh page: microseconds per call, and per call up to the end of the task, where a library may do what it put off. */
    async granted({ token, count }) {
      const fresh = client(token);
      await nextTask();
      const tasks = watchTasks();
      const begin = performance.now();
      burst(fresh, count);
      const returned = performance.now();
      await nextTask();
      const done = performance.now();
      tasks.gap();
      return { call: ((returned - begin) * 1e3) / count, task: ((done - begin) * 1e3) / count, longestTask: await tasks.end() };
    },

    /**
     * Microseconds per call with the end of the task, while that many events wait already. Another client warms the code up before. Between the
     * samples lies more than a second, because a library may put off what it is told beyond so many calls a second, and that is not to be measured.
     */
    async queued({ token, waiting, count, times }) {
      burst(client(token + 'warm'), 1_000);
      await nextTask();
      const measured = client(token);
      if (waiting) {
        burst(measured, waiting);
        await durable(measured.isKey, waiting);
      }
      const samples = [];
      for (let time = 0; time < times; time++) {
        await new Promise(resolve => setTimeout(resolve, 1_100));
        const begin = performance.now();
        burst(measured, count);
        await nextTask();
        samples.push(((performance.now() - begin) * 1e3) / count);
      }
      return { samples };
    },

    /** Nanoseconds per call after an opt-out. */
    async optedOut({ token, count, times }) {
      const refused = client(token);
      refused.optOut();
      // The event that tells of a choice, and what is purged after it, are not what is measured.
      await new Promise(resolve => setTimeout(resolve, 200));
      const samples = [];
      for (let time = 0; time < times; time++) {
        await nextTask();
        const begin = performance.now();
        burst(refused, count);
        samples.push(((performance.now() - begin) * 1e6) / count);
      }
      return { samples, kept: kept(refused.isKey) };
    },

    /** Tracks, each event in a task of its own or all in one. The harness asks the server whether they arrived, and the browser for the work. */
    async deliver({ token, count, spread }) {
      const fresh = client(token);
      if (spread) await inTasks(count, number => fresh.track('Viewed', properties(number)));
      else burst(fresh, count);
    },

    /** Starts, and answers when the start is over. */
    async begin({ token }) {
      pacing = client(token);
      await new Promise(resolve => setTimeout(resolve, 500));
    },

    /** Tracks an event every so many milliseconds, as a visitor who clicks and scrolls makes them; `begin` comes before. */
    async paced({ count, pause }) {
      for (let number = 0; number < count; number++) {
        await new Promise(resolve => setTimeout(resolve, pause));
        pacing.track('Viewed', properties(number));
      }
    },
  };
}
