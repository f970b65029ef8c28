// Values of the page as JSON text, within Mixpanel's limits. Whatever they hold, nothing throws, and a bad property costs only itself.
// The core trusts these texts. Its own limits, for whoever uses it without this package, are in src/clean.rs; tests/vectors/clean.json holds
// both to the same answers.
import { cut } from './generated/page.js';

/** Elements of a list and keys of a nested object; Mixpanel takes fewer than 255. */
const most = 254;
/** Levels of nesting in the value of a property. */
const deepest = 3;

/** Numbers of the core's codes. */
const invalidProperty = 1;
const propertyTrimmed = 3;

/** Gives `JSON.stringify` each value in the form it is sent in; `complain(code, name)` hears of what was left out. */
function replacer(complain) {
  /** How deep each object stands that the walk is in: 0 for the outermost, 1 for the value of a property. */
  const depths = new Map();
  let property;
  return function (key, value) {
    if (value instanceof String) value += '';
    if (typeof value === 'bigint') value = Number.isSafeInteger(Number(value)) ? Number(value) : '' + value;
    // Mixpanel's form of a date: UTC, to the second.
    if (typeof value === 'string') return this[key] instanceof Date ? value.slice(0, 19) : cut(value);
    if (typeof value === 'symbol' || typeof value === 'function') complain(invalidProperty, key);
    if (typeof value !== 'object' || !value) return value;
    // What holds the outermost has no depth.
    const depth = depths.get(this) + 1 || 0;
    if (depth) {
      if (depth === 1) property = key;
      const names = isObject(value) ? Object.keys(value) : value;
      const over = depth > deepest || names.length > most;
      if (over) complain(propertyTrimmed, property);
      if (depth > deepest) return null;
      const kept = over ? names.slice(0, most) : names;
      if (names === value) value = kept;
      else if (over || names.some(name => name !== cut(name))) value = Object.fromEntries(kept.map(name => [cut(name), value[name]]));
    }
    depths.set(value, depth);
    return value;
  };
}

/** The JSON of an object, and what there is to complain of: the code and the name of a property. */
export function encode(value) {
  const complaints = [];
  const complain = (...one) => complaints.push(one);
  const text = object => JSON.stringify(object, replacer(complain));
  try {
    return [text(value) || '', complaints];
  } catch {}
  // A cycle or a throwing getter: one property after the other.
  const members = [];
  try {
    for (const name of Object.keys(value)) {
      try {
        const member = text({ [name]: value[name] }).slice(1, -1);
        if (member) members.push(member);
      } catch {
        complain(invalidProperty, name);
      }
    }
  } catch {
    complain(invalidProperty, '*');
  }
  return ['{' + members + '}', complaints];
}

export const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
