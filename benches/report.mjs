// From samples to the table: what was measured, what it has to be, and whether it is.
import { again, most, offlineKey, sizes } from './plan.mjs';
import { exponent, median } from './statistics.mjs';

/** Two to three digits that mean something, thousands grouped. */
const shown = number => number.toLocaleString('en-US', { maximumSignificantDigits: number < 1 ? 2 : 3 });
const amount = (number, unit) => (number === undefined ? '–' : `${shown(number)} ${unit}`);
const grouped = number => number.toLocaleString('en-US');
const ways = [
  [false, 'in one burst'],
  [true, 'one per task'],
];

const itself = sample => sample;
const milliseconds = sample => sample.milliseconds;
const longestTask = sample => sample.longestTask;

/** Rows of cells; `met` is nothing where there is no target. */
export function rowsOf(samples) {
  const values = (key, name, pick) => (samples[key]?.[name] ?? []).map(pick);
  const middle = (key, name, pick = itself) => median(values(key, name, pick));

  /** A number of ours as a share of theirs. */
  function ratio(what, unit, key, target, pick = itself, cells = {}) {
    const [ours, theirs] = ['consentry', 'mixpanel'].map(name => middle(key, name, pick));
    const share = ours / theirs;
    return {
      what,
      ours: cells.ours ?? amount(ours, unit),
      theirs: cells.theirs ?? amount(theirs, unit),
      ratio: Number.isFinite(share) ? shown(share) + ' ×' : '–',
      target: target === undefined ? '–' : `≤ ${target} ×`,
      met: target === undefined ? undefined : share <= target,
    };
  }

  /** How long until all is durable; where it is not, what there is instead. */
  function durability(key, name, count) {
    const missing = values(key, name, itself).filter(sample => sample.milliseconds === undefined);
    if (!missing.length) return undefined;
    const least = Math.min(...missing.map(({ kept }) => kept));
    const codes = [...new Set(missing.flatMap(({ losses }) => losses ?? []))];
    return `not durable: ${grouped(least)} of ${grouped(count)}` + (codes.length ? ` (${codes.join(', ')})` : '');
  }

  const offline = ways.flatMap(([spread, way]) => {
    const key = offlineKey(most, spread);
    const [ours, lost] = ['consentry', 'mixpanel'].map(name => durability(key, name, most));
    const pages = values(key, 'mixpanel', itself).length;
    const theirs = `${lost ?? amount(middle(key, 'mixpanel', milliseconds), 'ms')} (${pages} page${pages === 1 ? '' : 's'})`;
    const task = middle(key, 'consentry', longestTask);
    return [
      ratio(`${grouped(most)} events offline ${way} until durable`, 'ms', key, 0.01, milliseconds, { ours, theirs }),
      {
        ...ratio('… the longest task', 'ms', key, undefined, longestTask),
        target: '≤ 50 ms',
        met: task <= 50,
      },
    ];
  });

  const growth = ways.map(([spread, way]) => {
    const points = sizes.map(count => [count, middle(offlineKey(count, spread), 'consentry', milliseconds)]);
    const all = points.every(([, time]) => time !== undefined);
    const slope = all ? exponent(points) : undefined;
    const failed = sizes.map(count => durability(offlineKey(count, spread), 'consentry', count)).find(Boolean);
    return {
      what: `growth of that time, ${sizes.map(grouped).join(', ')} events ${way}`,
      ours: failed ?? points.map(([, time]) => amount(time, 'ms')).join(', '),
      theirs: '–',
      ratio: slope === undefined ? '–' : 'exponent ' + slope.toFixed(2),
      target: 'exponent < 1.1',
      met: slope < 1.1,
    };
  });

  const [empty, full] = [0, 1000].map(waiting => middle(`queued ${waiting}`, 'consentry'));
  const burstTask = middle('granted', 'consentry', longestTask);
  return [
    ratio('script evaluated + init', 'ms', 'startup', 0.35),
    ratio('`track()` granted, burst of 1,000', 'µs', 'granted', 0.015, sample => sample.call),
    ratio('… to the end of its task', 'µs', 'granted', undefined, sample => sample.task),
    { ...ratio('… the longest task', 'ms', 'granted', undefined, longestTask), target: '≤ 50 ms', met: burstTask <= 50 },
    ratio('`track()` opted out', 'ns', 'optedOut', 0.1),
    ratio('main thread per event tracked and delivered', 'µs', 'delivered', 0.15),
    ...offline,
    ...growth,
    {
      what: '`track()` with 1,000 waiting, against none waiting, to the end of the task',
      ours: `${amount(full, 'µs')}, ${amount(empty, 'µs')}`,
      theirs: '–',
      ratio: Number.isFinite(full / empty) ? shown(full / empty) + ' ×' : '–',
      target: '–',
    },
  ];
}

/** The table as Markdown, with what a reader has to know. */
export function markdown(rows, { versions, chromium, runs }) {
  const verdict = met => (met === undefined ? '–' : met ? 'yes' : '**no**');
  const lines = rows.map(({ what, ours, theirs, ratio, target, met }) => `| ${what} | ${ours} | ${theirs} | ${ratio} | ${target} | ${verdict(met)} |`);
  return `\
| | consentry ${versions.consentry} | mixpanel-browser ${versions.mixpanel} | ratio | target | met |
|---|--:|--:|--:|--:|---|
${lines.join('\n')}

Chromium ${chromium}; medians of ${runs} fresh page${runs === 1 ? '' : 's'} each, of ${runs * again} for startup, granted and opted out; fewer where the table says so, because
mixpanel-browser takes more than a minute there. Both libraries take turns in the same run. Compare the ratios: the other numbers only show the
order of size on this machine. mixpanel-browser keeps everything in localStorage here, where it is faster than with its default, a cookie; its
script is the CDN file in the first row, and bundled as a site would in the others. Offline: the server answers 503. Durable: as many different
\`$insert_id\` stand in localStorage.
`;
}
