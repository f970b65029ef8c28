// Column 3: what left the browser, as the local collector saw it.

import { byId, element, plural, pretty, say, size, tick, time } from './elements.js';
import * as words from './status-words.js';

/** Rows that are drawn at most; the oldest go. */
const SHOWN = 200;

/** Answers the functions that feed the panel. */
export function setUpRequests() {
  const list = byId('left-rows');
  const rows = new Map();
  /**
   * When this tab started a request, by kind and cache buster: the list is in the order of leaving,
   * not of arriving.
   */
  const starts = new Map();
  let since = { at: performance.timeOrigin, text: 'since this page was opened' };

  const count = () => {
    const now = [...rows.values()].filter(({ at }) => at >= since.at).length;
    const [number, text] = byId('left-count').children;
    say(number, String(now));
    say(text, `${now === 1 ? 'request' : 'requests'} ${since.text}`);
    say(byId('tally-left'), `${plural(now, 'request')} sent`);
    byId('left-empty').hidden = list.childElementCount > 0;
    say(byId('left-total'), rows.size > now ? `${plural(rows.size, 'request')} in this list.` : '');
  };

  /** The newest on top. */
  const place = (item, at) => {
    item.dataset.at = at;
    const older = [...list.children].find(other => Number(other.dataset.at) <= at);
    list.insertBefore(item, older ?? null);
    while (list.childElementCount > SHOWN) list.lastElementChild.remove();
  };

  count();
  return {
    started(path, query) {
      starts.set(startKey(path, query.get('_')), tick());
    },

    entry(entry) {
      const known = rows.get(entry.seq);
      if (known) return drawOutcome(known, entry);
      const key = startKey(entry.path, entry.query._);
      const at = starts.get(key) ?? entry.at;
      starts.delete(key);
      const row = { ...makeRow(entry, at), at };
      rows.set(entry.seq, row);
      drawOutcome(row, entry);
      place(row.item, at);
      count();
    },

    cleared() {
      rows.clear();
      list.replaceChildren();
      count();
    },

    /** A status began: the number counts from here, and the list says so where it happened. */
    statusBegan(consent) {
      // A grant may have sent something before we heard of it; a denial is over when we hear of it.
      const at = consent.status === 'granted' && consent.decidedAt ? Math.max(consent.decidedAt, since.at) : tick();
      since = { at, text: words.since(consent, at) };
      place(element('li', { class: 'mark' }, element('span', {}, `${words.changed(consent)}, ${time(at)}`)), at);
      count();
    },
  };
}

const startKey = (path, buster) => `${path.split('/')[1]} ${buster}`;

function makeRow(entry, at) {
  const { records, path, host, query, bytes, problems } = entry;
  const outcome = element('span', { class: 'chip' });
  const item = element('li', { class: 'row' },
    element('details', {},
      element('summary', {},
        element('span', { class: 'row-title' }, title(records), element('span', { class: 'row-time soft' }, time(at))),
        element('span', { class: 'mono soft' }, `${host}${path}`),
        element('span', { class: 'chips' },
          outcome,
          element('span', { class: 'chip' }, plural(records.length, 'record')),
          element('span', { class: 'chip' }, `ip=${query.ip ?? 'not set'}`),
          element('span', { class: 'chip' }, size(bytes)),
          problems.length ? element('span', { class: 'chip bad' }, plural(problems.length, 'problem')) : undefined)),
      element('ul', { class: 'problems' }, ...problems.map(problem => element('li', {}, problem))),
      element('ul', { class: 'records' }, ...records.map(drawRecord))));
  return { item, outcome };
}

/** "Signed Up ×20, $opt_in": what the request says, at a glance. */
function title(records) {
  const counts = new Map();
  for (const record of records) counts.set(nameOf(record), (counts.get(nameOf(record)) ?? 0) + 1);
  return [...counts].map(([name, times]) => (times > 1 ? `${name} ×${times}` : name)).join(', ') || 'no readable record';
}

/**
 * The event's name, or the operation of a profile or group update, which is the one member that is
 * no id.
 */
function nameOf(record) {
  if (record?.event !== undefined) return String(record.event);
  const operation = Object.keys(record ?? {}).find(key => OPERATIONS.has(key));
  return operation ? `${record.$group_key ? 'group' : 'profile'} ${operation}` : 'record';
}

const OPERATIONS = new Set(['$set', '$set_once', '$add', '$append', '$union', '$remove', '$unset', '$delete']);

const drawRecord = record =>
  element('li', {}, element('details', {},
    element('summary', {}, nameOf(record)),
    element('pre', { class: 'value' }, pretty(record))));

const OUTCOMES = {
  open: ['under way', 'wait'],
  closed_by_client: ['cut off by the browser', 'cut'],
  reset: ['connection lost', 'bad'],
};

function drawOutcome({ outcome }, entry) {
  const [text, kind] = OUTCOMES[entry.outcome] ?? [`${entry.status} answered`, entry.status === 200 ? 'good' : 'bad'];
  say(outcome, text);
  outcome.className = `chip ${kind}`;
}
