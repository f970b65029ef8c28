// From samples to the table: what was measured, what it has to be, and whether it is.
import { again, most, offlineKey, sizes } from './plan.mjs';
import { exponent, median } from './statistics.mjs';
import { targets } from './targets.mjs';

/** Two to three digits that mean something, thousands grouped. */
const shown = number => number.toLocaleString('en-US', { maximumSignificantDigits: number < 1 ? 2 : 3 });
const amount = (number, unit) => (number === undefined ? '–' : `${shown(number)} ${unit}`);
const grouped = number => number.toLocaleString('en-US');
const ways = [
  [false, 'in one burst'],
  [true, 'one per task'],
];
const references = ['control', 'empty', 'snowplow'];

const itself = sample => sample;
const milliseconds = sample => sample.milliseconds;
const longestTask = sample => sample.longestTask;

/**
 * The share and its target; `bearable` is a target that is missed by no more than is allowed for
 * now.
 */
function judged(share, { share: target, atMost } = {}) {
  return {
    ratio: Number.isFinite(share) ? shown(share) + ' ×' : '–',
    target: target === undefined ? '–' : `≤ ${target} ×` + (atMost ? ` (must: ${atMost})` : ''),
    met: target === undefined ? undefined : share <= target,
    bearable: share <= atMost,
  };
}

/**
 * Rows of cells; `met` is nothing where there is no target. Rows of which nothing was measured are
 * left out.
 */
export function rowsOf(samples) {
  const values = (key, name, pick) => (samples[key]?.[name] ?? []).map(pick);
  const middle = (key, name, pick = itself) => median(values(key, name, pick));

  /** A number of ours as a share of theirs. */
  function ratio(what, unit, key, target, pick = itself, cells = {}, who = 'consentry') {
    const [ours, theirs] = [who, 'mixpanel'].map(name => middle(key, name, pick));
    const others = Object.fromEntries(references.map(name => [name, amount(middle(key, name, pick), unit)]));
    return { key, what, ours: amount(ours, unit), theirs: amount(theirs, unit), ...others, ...judged(ours / theirs, target), ...cells };
  }

  function longest(key, name) {
    const limit = targets.longestTask.milliseconds;
    const cells = { target: `≤ ${limit} ms`, met: middle(key, 'consentry', longestTask) <= limit };
    return ratio(name, 'ms', key, undefined, longestTask, cells);
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
    const cells = { ...(ours && { ours }), theirs };
    return [
      ratio(`${grouped(most)} events offline ${way} until durable`, 'ms', key, targets.offline, milliseconds, cells),
      longest(key, '… the longest task'),
    ];
  });

  /** The drop-in, which is what a site changes to that has mixpanel-browser. */
  const dropIn = (what, unit, key, pick, cells) => ({
    ...ratio('drop-in: ' + what, unit, key, undefined, pick, cells, 'dropIn'),
    ...Object.fromEntries(references.map(name => [name, '–'])),
  });
  const dropIns = [
    dropIn('script evaluated + init', 'ms', 'startup', milliseconds),
    dropIn('`track()` granted, burst of 1,000', 'µs', 'granted', sample => sample.call),
    dropIn('… to the end of its task', 'µs', 'granted', sample => sample.task),
    dropIn('`track()` opted out', 'ns', 'optedOut'),
    ...ways.map(([spread, way]) => {
      const key = offlineKey(most, spread);
      const [ours, theirs] = ['dropIn', 'mixpanel'].map(name => durability(key, name, most));
      return dropIn(`${grouped(most)} events offline ${way} until durable`, 'ms', key, milliseconds, { ...(ours && { ours }), ...(theirs && { theirs }) });
    }),
  ];

  const growth = ways.map(([spread, way]) => {
    const points = sizes.map(count => [count, middle(offlineKey(count, spread), 'consentry', milliseconds)]);
    const complete = points.every(([, time]) => time !== undefined);
    const slope = complete ? exponent(points) : undefined;
    const failed = sizes.map(count => durability(offlineKey(count, spread), 'consentry', count)).find(Boolean);
    return {
      key: offlineKey(most, spread),
      what: `growth of that time, ${sizes.map(grouped).join(', ')} events ${way}`,
      ours: failed ?? points.map(([, time]) => amount(time, 'ms')).join(', '),
      ratio: slope === undefined ? '–' : 'exponent ' + slope.toFixed(2),
      target: `exponent < ${targets.growth.exponent}`,
      met: slope < targets.growth.exponent,
    };
  });

  const [none, full] = [0, 1000].map(waiting => middle(`queued ${waiting}`, 'consentry'));
  const work = sample => sample.work;
  const busy = sample => sample.busy;
  const usual = middle('paced', 'mixpanel-default', busy);
  // What the browser and the harness cost is in both, and weighs more the faster a library is.
  const beyondEmpty = name => middle('paced', name, work) - middle('paced', 'empty', work);
  const net = Object.fromEntries(['consentry', 'mixpanel', ...references].map(name => [name, amount(beyondEmpty(name), 'µs')]));
  return [
    ratio('script evaluated + init', 'ms', 'startup', targets.startup, milliseconds),
    ratio('… main thread, with the second after it', 'ms', 'startup', undefined, work),
    ratio('`track()` granted, burst of 1,000', 'µs', 'granted', targets.call, sample => sample.call),
    ratio('… to the end of its task', 'µs', 'granted', undefined, sample => sample.task),
    longest('granted', '… the longest task'),
    ratio('1,000 events in one burst: main thread for each until all are delivered', 'µs', 'delivered burst', targets.burst),
    {
      ...ratio('… as a share of the control', 'µs', 'delivered burst'),
      theirs: '–',
      ...judged(middle('delivered burst', 'consentry') / middle('delivered burst', 'control'), targets.burstOfControl),
    },
    {
      ...ratio('one event every 40 ms: main thread for each, beside a cookie, the default of mixpanel-browser', 'µs', 'paced', undefined, busy),
      theirs: amount(usual, 'µs'),
      ...judged(middle('paced', 'consentry', busy) / usual, targets.paced),
    },
    ratio('… processor time, beside localStorage', 'µs', 'paced', undefined, work),
    {
      ...ratio('… without what the empty page has', 'µs', 'paced'),
      ...net,
      ours: net.consentry,
      theirs: net.mixpanel,
      empty: '–',
      ...judged(beyondEmpty('consentry') / beyondEmpty('mixpanel')),
    },
    ratio('`track()` opted out', 'ns', 'optedOut', targets.optedOut),
    ratio('main thread per event tracked and delivered', 'µs', 'delivered spread', targets.delivered),
    ...offline,
    ...growth,
    {
      key: 'queued 1000',
      what: '`track()` with 1,000 waiting, against none waiting, to the end of the task',
      ours: `${amount(full, 'µs')}, ${amount(none, 'µs')}`,
      ratio: Number.isFinite(full / none) ? shown(full / none) + ' ×' : '–',
    },
    ...dropIns,
  ].filter(({ key }) => samples[key]);
}

/** The table as Markdown, with what a reader has to know. */
export function markdown(rows, { versions, chromium, runs }) {
  const verdict = ({ met, bearable }) => (met === undefined ? '–' : met ? 'yes' : bearable ? 'as it must' : '**no**');
  const columns = ['what', 'ours', 'theirs', 'ratio', 'target'];
  const lines = rows.map(row => [...columns.map(name => row[name] ?? '–'), verdict(row), ...references.map(name => row[name] ?? '–')]);
  const heads = ['', `consentry ${versions.consentry}`, `mixpanel-browser ${versions.mixpanel}`, 'ratio', 'target', 'met'];
  return `\
| ${[...heads, 'control', 'empty page', `Snowplow ${versions.snowplow}`].join(' | ')} |
|---|--:|--:|--:|--:|---|--:|--:|--:|
${lines.map(line => `| ${line.join(' | ')} |`).join('\n')}

Chromium ${chromium}; medians of ${runs} fresh page${runs === 1 ? '' : 's'} each, of ${runs * again} for startup, granted and opted out; fewer where the table says so, because
mixpanel-browser takes more than a minute there. The libraries take turns in the same run. Compare the ratios: the other numbers only show the
order of size on this machine. mixpanel-browser keeps everything in localStorage here, where it is faster than with its default, a cookie; its
script is the CDN file in the rows of the start, and bundled as a site would in the others. Control: a page script of 60 lines with a durable
queue, see in-page/control-script.js. Main thread: its processor time, all tasks of the page. Offline: the server answers 503. Durable: as many
different \`$insert_id\` stand in localStorage.
`;
}
