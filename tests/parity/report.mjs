// The table of `cargo xtask parity`, on the terminal and in docs/parity.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const docs = new URL('../../docs/parity.md', import.meta.url);
const results = new URL('results.json', import.meta.url);

/** What one engine showed: the scenarios that were not equal, and the rows that explain them. */
export function seenIn(engine, byScenario) {
  const all = [...byScenario].map(([id, engines]) => [id, engines[engine]]);
  const different = all.filter(([, { unexplained }]) => unexplained.length).map(([id]) => id);
  const explained = all.filter(([, { unexplained, reasons }]) => !unexplained.length && reasons.length);
  return { scenarios: all.length, different, explained: Object.fromEntries(explained.map(([id, { reasons }]) => [id, reasons])) };
}

/** `[{ theme, scenarios, equal, explained, different }]`: a scenario is what its worse engine is. */
export function counted(scenarios, engines) {
  const themes = new Map();
  const seen = Object.values(engines);
  for (const { id, theme } of scenarios) {
    const row = themes.get(theme) ?? { theme, scenarios: 0, equal: 0, explained: 0, different: 0 };
    themes.set(theme, row);
    row.scenarios += 1;
    if (seen.some(({ different }) => different.includes(id))) row.different += 1;
    else if (seen.some(({ explained }) => id in explained)) row.explained += 1;
    else row.equal += 1;
  }
  return [...themes.values()];
}

const line = cells => `| ${cells.join(' | ')} |`;

/** As Markdown, with a sum. */
export function printed(counts) {
  const sum = name => counts.reduce((all, row) => all + row[name], 0);
  const columns = ['scenarios', 'equal', 'explained', 'different'];
  return [
    line(['theme', ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...counts.map(row => line([row.theme, ...columns.map(name => row[name])])),
    line(['all', ...columns.map(sum)]),
  ].join('\n');
}

/** How many scenarios a row explains, in whichever engine. */
function explainedBy(name, engines) {
  const ids = Object.values(engines).flatMap(({ explained }) => Object.keys(explained).filter(id => explained[id].includes(name)));
  return new Set(ids).size;
}

const explanations = (table, engines) =>
  [
    line(['difference', 'why', 'scenarios']),
    line(['---', '---', '---:']),
    ...table.map(({ name, why, everywhere }) => line([name, why, everywhere ? 'everywhere' : explainedBy(name, engines)])),
  ].join('\n');

/** The text between two marks of the document, replaced. */
function between(text, mark, inside) {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/parity.md has no place for the ${mark}`);
  return text.slice(0, from + begin.length) + `\n${inside}\n` + text.slice(to);
}

/** Writes the document's tables, and beside the scenarios what they are made of. An engine that was not played now is as it was. */
export function written({ scenarios, played, table, reference }) {
  const before = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {};
  const engines = { ...(before.reference === reference ? before.engines : {}), ...played };
  const themes = counted(scenarios, engines);
  writeFileSync(results, JSON.stringify({ reference, themes, engines }, null, 1) + '\n');
  const which = Object.entries(engines).map(([engine, { scenarios }]) => `${scenarios} in ${engine[0].toUpperCase() + engine.slice(1)}`);
  let text = readFileSync(docs, 'utf8');
  text = between(text, 'scenarios', `\nPlayed last: ${which.join(', ')}, against mixpanel-browser ${reference}.\n\n${printed(themes)}\n`);
  text = between(text, 'differences', `\n${explanations(table, engines)}\n`);
  writeFileSync(docs, text);
}
