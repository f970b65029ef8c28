// The longest time the page could not react. The browser tells of tasks from 50 ms on; a heartbeat
// sees shorter ones, with those that were queued before it. What the harness itself did is taken
// off.

const beat = 5;

export function watchTasks() {
  const looks = [];
  const tasks = [];
  let longestGap = 0;
  let last = performance.now();
  const note = entries => entries.forEach(({ startTime, duration }) => tasks.push([startTime, startTime + duration]));
  const observer = new PerformanceObserver(list => note(list.getEntries()));
  observer.observe({ type: 'longtask' });

  /**
   * To be called in a task of its own: `allowance` is how much of the time since the last call was
   * meant to pass.
   */
  const gap = (allowance = 0) => {
    const now = performance.now();
    longestGap = Math.max(longestGap, now - last - allowance);
    last = now;
  };
  const heart = setInterval(() => gap(beat), beat);
  const overlap = ([start, end]) => looks.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);

  return {
    gap,
    /** The harness was at work from then to then. */
    own(start, end) {
      looks.push([start, end]);
      last = end;
    },
    /**
     * The longest task in milliseconds; where the browser tells of none, what the heartbeat saw,
     * which then is at most 50.
     */
    async end() {
      clearInterval(heart);
      // Entries arrive in a task after the one they tell of.
      await new Promise(resolve => setTimeout(resolve, 100));
      note(observer.takeRecords());
      observer.disconnect();
      const told = Math.max(0, ...tasks.map(task => task[1] - task[0] - overlap(task)));
      return told >= 50 ? told : Math.max(told, Math.min(longestGap, 50));
    },
  };
}
