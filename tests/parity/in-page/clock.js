// The page's time: it stands still between the steps of a scenario, and runs as a step says. Loaded
// before the library, so that dates, timers and waits of the library are the scenario's.
window.parity = JSON.parse(document.getElementById('scenario').textContent);
(() => {
  const { base, elapsed } = window.parity;
  const RealDate = Date;
  const real = { setTimeout: setTimeout.bind(window), performanceNow: performance.now.bind(performance) };
  let now = base + elapsed;
  let lastId = 0;
  const timers = new Map();

  const set = (run, delay, parameters, every) => {
    const id = ++lastId;
    const asked = Math.max(0, Number(delay) || 0);
    // The reference looks for its lock after a random part of a tenth of a second: here after the
    // least, so that who came first gets it first.
    const wait = Number.isInteger(asked) ? asked : Math.min(asked, 10);
    timers.set(id, { id, at: now + wait, run: () => (typeof run === 'function' ? run(...parameters) : undefined), every: every && wait });
    return id;
  };
  const clear = id => void timers.delete(id);
  window.setTimeout = (run, delay, ...parameters) => set(run, delay, parameters, false);
  window.setInterval = (run, delay, ...parameters) => set(run, Math.max(1, Number(delay) || 0), parameters, true);
  window.clearTimeout = clear;
  window.clearInterval = clear;

  window.Date = class Date extends RealDate {
    constructor(...parameters) {
      if (parameters.length) super(...parameters);
      else super(now);
    }
    static now() {
      return now;
    }
  };
  performance.now = () => now - base - elapsed;

  /** A turn of the real event loop, in which messages, answers and promises arrive. */
  const turn = milliseconds => new Promise(resolve => real.setTimeout(resolve, milliseconds));

  const nextDue = end => [...timers.values()].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];

  window.parity.clock = {
    real,
    now: () => now - base,
    turn,
    /** Lets so much time pass, one timer after another. Between them the network comes to rest. */
    async advance(milliseconds, settled) {
      const end = now + milliseconds;
      for (;;) {
        await settled();
        const timer = nextDue(end);
        if (!timer) break;
        now = Math.max(now, timer.at);
        if (timer.every === false) timers.delete(timer.id);
        else timer.at = now + timer.every;
        try {
          timer.run();
        } catch (error) {
          window.parity.uncaught.push(String(error?.name ?? error));
        }
      }
      now = end;
    },
  };
})();
