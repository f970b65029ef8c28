// Column 2: what is stored on this device.

import { byId, bytesOf, element, plural, pretty, say, size } from './elements.js';
import { readDevice } from './device-contents.js';

/** Values up to this many characters are shown unfolded. */
const SHORT = 240;

/** What a key of the SDK is for, and its place in the list. */
const PURPOSES = ['Your decision: 1 is yes, 0 is no', 'When and how you decided', 'What you decided so far', 'Who you are to this site', 'Events that wait to be sent'];

function rank(key, token) {
  if (key.startsWith('__mp_opt_in_out_')) return 0;
  if (key === `consentry_${token}_record`) return 1;
  if (key === `consentry_${token}_history`) return 2;
  return key === `mp_${token}_mixpanel` ? 3 : 4;
}

/** Answers a function that looks at the device and draws what changed. */
export function setUpDevice(token) {
  const rows = new Map();
  let drawn = '';
  let looking = false;

  const look = async () => {
    if (looking) return;
    looking = true;
    const { entries, blind } = await readDevice();
    looking = false;
    const text = JSON.stringify([entries, blind]);
    if (text === drawn) return;
    const first = drawn === '';
    drawn = text;
    draw(entries, blind, first);
  };

  const draw = (entries, blind, first) => {
    const ours = entries.filter(({ key }) => key.includes(token));
    const foreign = entries.filter(({ key }) => !key.includes(token));
    say(byId('device-count'), String(ours.length));
    const bytes = ours.reduce((sum, { key, value }) => sum + bytesOf(key + value), 0);
    say(byId('device-words'), ours.length === 0 ? 'entries' : `${plural(ours.length, 'entry', 'entries').replace(/^\d+ /, '')}, ${size(bytes)}`);
    say(byId('tally-device'), `${plural(ours.length, 'entry', 'entries')} stored`);
    byId('device-empty').hidden = ours.length > 0;
    byId('device-decision-only').hidden = ours.length === 0 || ours.some(({ key }) => rank(key, token) > 2);
    drawRows(byId('device-rows'), rows, ours, token, first);
    byId('device-foreign').hidden = foreign.length === 0;
    say(byId('device-foreign-count'), plural(foreign.length, 'entry', 'entries'));
    byId('device-foreign-rows').replaceChildren(...foreign.map(({ place, key }) => element('li', {}, `${key} (${place})`)));
    say(byId('device-blind'), blind.length ? `Could not look at: ${blind.join(', ')}.` : '');
  };

  return look;
}

/** Updates rows in place, so that what a visitor unfolded stays unfolded. */
function drawRows(list, rows, entries, token, first) {
  const gone = new Set(rows.keys());
  for (const entry of entries) {
    const id = `${entry.place} ${entry.key}`;
    gone.delete(id);
    let row = rows.get(id);
    if (!row) {
      row = makeRow(entry, token);
      rows.set(id, row);
      const later = [...rows.values()].filter(other => other.rank > row.rank && list.contains(other.item));
      list.insertBefore(row.item, later.sort((one, other) => one.rank - other.rank)[0]?.item ?? null);
    }
    if (row.value === entry.value) continue;
    const changed = row.value !== undefined || !first;
    row.value = entry.value;
    say(row.bytes, size(bytesOf(entry.key + entry.value)));
    say(row.text, pretty(entry.value));
    if (changed) flash(row.item);
  }
  for (const id of gone) {
    rows.get(id).item.remove();
    rows.delete(id);
  }
}

function makeRow({ place, key, value }, token) {
  const order = rank(key, token);
  const bytes = element('span', { class: 'chip' });
  const text = element('pre', { class: 'value' });
  const item = element('li', { class: 'row' },
    element('details', { open: value.length <= SHORT },
      element('summary', {},
        element('span', { class: 'row-title' }, PURPOSES[order]),
        element('span', { class: 'mono soft' }, key),
        element('span', { class: 'chips' }, element('span', { class: 'chip' }, place), bytes)),
      text));
  return { item, bytes, text, rank: order, value: undefined };
}

/** Starts the short highlight again, even while it runs. */
function flash(item) {
  item.classList.remove('fresh');
  requestAnimationFrame(() => requestAnimationFrame(() => item.classList.add('fresh')));
}
