// Data minimisation: what is personal in the properties, replaced by a marker. Texts of JSON in, texts
// of JSON out. It throws where a text is none; who asks leaves the properties out then.
import { addresses } from './minimize/addresses.js';
import { kindOf } from './minimize/names.js';
import { scan } from './minimize/text.js';

const all = ['address', 'email', 'card', 'iban', 'phone', 'id', 'secret', 'jwt'];
const utm = ['source', 'medium', 'campaign', 'term', 'content', 'id', 'source_platform', 'creative_format', 'marketing_tactic'];
/** What the protocol needs, and what the library says of itself. */
const ours = ['token', 'time', 'distinct_id', '$insert_id', '$device_id', '$user_id', '$lib_version', 'mp_lib'];
const DEEPEST = 20;
const NAMES = 200;

/** A minimizer: `json` minimises the text of an object, `report` says what was removed so far. */
export function minimize(choices) {
  const { kinds = all, keep = [], parameters = utm.map(name => 'utm_' + name), onRemoved } = Object.assign({ __proto__: null }, choices);
  const wanted = new Set(kinds);
  const untouched = new Set([...ours, ...keep]);
  const allowed = new Set(parameters);
  const counts = new Map();

  const add = (to, kind, name, count) => {
    const key = kind + ' ' + name;
    const place = to.has(key) || to.size < NAMES ? key : kind + ' ...';
    to.set(place, (to.get(place) || 0) + count);
  };
  const listed = from => [...from].map(([key, count]) => {
    const at = key.indexOf(' ');
    return { kind: key.slice(0, at), name: key.slice(at + 1), count };
  });

  const text = (value, found) => {
    const inner = part => scan(part, found, wanted);
    return wanted.has('address') ? addresses(value, found, inner, allowed) : inner(value);
  };

  const written = (value, name, found, depth) => {
    if (typeof value === 'string' || typeof value === 'number') {
      const said = '' + value;
      const kind = name && kindOf(name, said);
      const out = kind && wanted.has(kind) ? found(kind) : text(said, found);
      return out === said ? JSON.stringify(value) : JSON.stringify(out);
    }
    if (!value || typeof value !== 'object') return '' + value;
    if (depth > DEEPEST) return JSON.stringify('[deep]');
    if (Array.isArray(value)) return '[' + value.map(one => written(one, name, found, depth + 1)).join() + ']';
    return object(value, () => found, depth + 1);
  };

  /** `of` answers who counts for a name. */
  const object = (value, of, depth) => {
    const members = [];
    const used = new Set();
    for (const name of Object.keys(value)) {
      const top = depth === 0;
      if (top && untouched.has(name)) {
        members.push(JSON.stringify(name) + ':' + raw(value[name]));
        continue;
      }
      const short = scan(name, () => '[email]', new Set(wanted.has('email') ? ['email'] : []));
      const found = of(short);
      if (short !== name) found('email');
      // Two people are two members.
      let free = short;
      for (let number = 2; used.has(free); number++) free = short + ' ' + number;
      used.add(free);
      members.push(JSON.stringify(free) + ':' + written(value[name], name, found, depth));
    }
    return '{' + members.join() + '}';
  };
  const raw = value => {
    if (!value || typeof value !== 'object') return JSON.stringify(value);
    if (Array.isArray(value)) return '[' + value.map(raw).join() + ']';
    return '{' + Object.keys(value).map(name => JSON.stringify(name) + ':' + raw(value[name])).join() + '}';
  };

  return {
    json(given) {
      const value = JSON.parse(given);
      if (!value || typeof value !== 'object' || Array.isArray(value)) throw new TypeError('properties are an object');
      const now = new Map();
      const of = name => kind => {
        add(now, kind, name.slice(0, 100), 1);
        return '[' + kind + ']';
      };
      const out = object(value, of, 0);
      for (const { kind, name, count } of listed(now)) add(counts, kind, name, count);
      if (now.size && onRemoved) {
        try {
          onRemoved(listed(now));
        } catch {
          // A listener that throws changes nothing of what was minimised.
        }
      }
      return out;
    },
    report: () => listed(counts),
  };
}
