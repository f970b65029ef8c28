// What differs on purpose, and why. A row is `{ name, why, scenarios, fields }`: it is about these
// themes and scenarios, or about all, and explains only the fields it names, with the values it
// names. Anything else that differs in the same scenario still fails. One that is in nearly every
// scenario (`everywhere`) does not make it count as explained.
import calls from './calls.mjs';
import consent from './consent.mjs';
import delivery from './delivery.mjs';
import hooks from './hooks.mjs';
import records from './records.mjs';
import storage from './storage.mjs';

export const table = [...storage, ...records, ...calls, ...consent, ...hooks, ...delivery];

const names = table.map(({ name }) => name);
const twice = names.find((name, index) => names.indexOf(name) !== index);
if (twice) throw new Error(`two differences are called "${twice}"`);
