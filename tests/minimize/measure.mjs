// Plays the labelled values: node tests/minimize/measure.mjs --write puts the result into the document.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { minimize } from '../../pkg-template/minimize.js';

const document = new URL('../../docs/minimize.md', import.meta.url);
const [start, end] = ['<!-- measured -->\n', '<!-- /measured -->'];

export const values = () =>
  readFileSync(new URL('values.tsv', import.meta.url), 'utf8').trim().split('\n').map(line => {
    const [kind, name, value, piece] = line.split('\t');
    return { kind, name, value: JSON.parse(value), piece: JSON.parse(piece) };
  });

export function measured() {
  const counts = new Map();
  const of = kind => counts.get(kind) || counts.set(kind, { kind, values: 0, right: 0, alarms: 0 }).get(kind);
  const misses = [];
  const alarms = [];
  const all = { kind: 'overall', values: 0, right: 0, alarms: 0 };
  for (const { kind, name, value, piece } of values()) {
    const own = minimize();
    const out = JSON.parse(own.json(JSON.stringify({ [name]: value })))[name];
    const found = own.report().map(one => one.kind);
    const shown = `${kind} \`${name}: ${JSON.stringify(value).replace(/[^ -~]/g, one => '\\u' + one.charCodeAt(0).toString(16).padStart(4, '0'))}\``;
    if (kind === 'none') of(kind).values++;
    else {
      const right = found.includes(kind) && !String(out).includes(piece);
      for (const row of [of(kind), all]) {
        row.values++;
        row.right += right;
      }
      if (!right) misses.push(shown);
    }
    for (const other of new Set(found.filter(one => one !== kind))) {
      of(other).alarms++;
      all.alarms++;
      alarms.push(`as ${other}: ${shown}`);
    }
  }
  return { rows: [...counts.values()].filter(row => row.kind !== 'none').concat(all), nobody: counts.get('none').values, misses, alarms };
}

export const share = (part, whole) => (whole ? part / whole : 1);

export function table() {
  const { rows, nobody, misses, alarms } = measured();
  const line = ({ kind, values, right, alarms }) =>
    `| ${kind} | ${values} | ${right} | ${alarms} | ${share(right, right + alarms).toFixed(3)} | ${share(right, values).toFixed(3)} |`;
  const list = items => items.map(item => `- ${item.length > 100 ? item.slice(0, 96) + '...`' : item}`).join('\n');
  return `| kind | values | found | false alarms | precision | recall |\n|---|--:|--:|--:|--:|--:|\n${rows.map(line).join('\n')}\n
${nobody} values are nobody's. Missed, ${misses.length}:\n\n${list(misses)}\n\nFalse alarms, ${alarms.length}:\n\n${list(alarms)}\n`;
}

export const written = () => readFileSync(document, 'utf8').split(start)[1].split(end)[0];

if (import.meta.url === pathToFileURL(process.argv[1] || '').href) {
  const text = table();
  if (process.argv[2] === '--write') {
    const old = readFileSync(document, 'utf8');
    writeFileSync(document, old.split(start)[0] + start + text + end + old.split(end)[1]);
  } else console.log(text);
}
