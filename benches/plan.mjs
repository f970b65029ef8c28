// Which measurements are made, of which library, how often, and in which order.

/**
 * The number of events of the largest row, and the others that show how the time grows. The page's
 * events are 590 bytes each, and the queues of an origin are full at 2.5 MiB: of 5,000 the oldest
 * would have to go.
 */
export const most = 3_000;
export const sizes = [1_000, most, 4_000];

/**
 * mixpanel-browser takes more than a minute for each of these, so it does not get all the runs.
 */
const slow = { mixpanel: 1 };
const both = { mixpanel: Infinity, consentry: Infinity };
const dropIn = { dropIn: Infinity };
const consentry = { consentry: Infinity };
/** Yardsticks beside them: a page script of 60 lines, and a page with nothing. */
const yardsticks = { control: Infinity, empty: Infinity };
const all = { ...both, ...yardsticks, snowplow: Infinity };

/**
 * A measurement that takes no time is made this often in each run: these short ones are what other
 * programs disturb most.
 */
export const again = 3;

/**
 * `take(measurements, library)` is one sample; `runs` says for whom, and in how many of the runs
 * at most; `times` how often in each.
 */
const steps = [
  { key: 'startup', runs: { ...all, ...dropIn }, times: again, take: (measure, name) => measure.startup(name) },
  { key: 'granted', runs: { ...all, ...dropIn, empty: 0 }, times: again, take: (measure, name) => measure.granted(name) },
  { key: 'optedOut', runs: { ...both, ...dropIn }, times: again, take: (measure, name) => measure.optedOut(name) },
  { key: 'paced', runs: { ...all, 'mixpanel-default': Infinity }, take: (measure, name) => measure.paced(name) },
  { key: 'delivered burst', runs: { ...both, control: Infinity }, take: (measure, name) => measure.delivered(name, 1_000, false) },
  { key: 'delivered spread', runs: { ...both, control: Infinity }, take: (measure, name) => measure.delivered(name, 500, true) },
  { key: 'queued 0', runs: consentry, take: (measure, name) => measure.queued(name, 0) },
  { key: 'queued 1000', runs: consentry, take: (measure, name) => measure.queued(name, 1_000) },
  ...[false, true].flatMap(spread =>
    sizes.map(count => ({
      key: offlineKey(count, spread),
      runs: { ...consentry, ...(count === most && { ...slow, ...dropIn }) },
      take: (measure, name) => measure.offline(name, count, spread),
    })),
  ),
];

export function offlineKey(count, spread) {
  return `offline ${count} ${spread ? 'spread' : 'burst'}`;
}

/**
 * Takes all samples: every run goes through all measurements, and in each the libraries follow one
 * another, so that what else the machine does meets them alike. `only` are words, of which a
 * measurement has to have one in its key where there are any. Answers `samples[key][library]`.
 */
export async function takeSamples(measurements, runs, only, progress) {
  const samples = {};
  const chosen = steps.filter(({ key }) => !only.length || only.some(word => key.includes(word)));
  if (!chosen.length) throw new Error(`nothing is called ${only}; there are: ${steps.map(({ key }) => key).join(', ')}`);
  // The first page of a browser is slower than those after it, whatever it does.
  progress('the first page, which does not count');
  await measurements.startup('mixpanel');
  for (let run = 0; run < runs; run++) {
    for (const { key, runs: limits, times = 1, take } of chosen) {
      progress(`run ${run + 1} of ${runs}: ${key}`);
      const names = Object.keys(limits).filter(name => run < limits[name]);
      // Each is about as often the first as the other.
      if (run % 2) names.reverse();
      for (let time = 0; time < times; time++) {
        for (const name of names) ((samples[key] ??= {})[name] ??= []).push(await take(measurements, name));
        names.reverse();
      }
    }
  }
  return samples;
}
