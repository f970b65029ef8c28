// The table of `cargo xtask parity`, on the terminal and in docs/parity.md.
import { readFileSync, writeFileSync } from 'node:fs';

const docs = new URL('../../docs/parity.md', import.meta.url);
const results = new URL('results.json', import.meta.url);

/** `[{ theme, scenarios, equal, explained, different }]`: a scenario is what its worse engine is. */
export function counted(scenarios, byScenario) {
  const themes = new Map();
  for (const { id, theme } of scenarios) {
    const row = themes.get(theme) ?? { theme, scenarios: 0, equal: 0, explained: 0, different: 0 };
    themes.set(theme, row);
    const engines = Object.values(byScenario.get(id));
    row.scenarios += 1;
    if (engines.some(({ unexplained }) => unexplained.length)) row.different += 1;
    else if (engines.some(({ reasons }) => reasons.length)) row.explained += 1;
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

const explanations = (table, used) =>
  [
    line(['difference', 'why', 'scenarios']),
    line(['---', '---', '---:']),
    ...table.map(({ name, why, everywhere }) => line([name + (everywhere ? ' (everywhere)' : ''), why, used.get(name)?.size ?? 0])),
  ].join('\n');

/** The text between two marks of the document, replaced. */
function between(text, mark, inside) {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/parity.md has no place for the ${mark}`);
  return text.slice(0, from + begin.length) + `\n${inside}\n` + text.slice(to);
}

/** Writes the document's tables, and the counts beside the scenarios. */
export function written({ counts, used, table, referenceVersion }) {
  writeFileSync(results, JSON.stringify({ reference: referenceVersion, themes: counts }, null, 1) + '\n');
  let text = readFileSync(docs, 'utf8');
  text = between(text, 'scenarios', printed(counts));
  text = between(text, 'differences', explanations(table, used));
  writeFileSync(docs, text);
}
