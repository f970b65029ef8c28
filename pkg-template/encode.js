// Values of the page as JSON text, within Mixpanel's limits. Whatever they hold, nothing throws,
// and a bad property costs only itself. The core keeps the same limits (src/limits.rs), and
// tests/vectors/clean.json holds both to the same answers; here they keep what is huge from being
// looked at, and copied to it.
import {
  INVALID_ARGUMENT, INVALID_PROPERTY, MAX_DEPTH, MAX_ELEMENTS, MAX_NESTED, MAX_PROPERTIES, PROPERTY_TRIMMED,
} from './generated/names.js';
import { cut } from './generated/page.js';

// A page may replace them later, and give every list or object a `toJSON` of its own: what is made
// with them are texts only.
const { stringify } = JSON;
const { toISOString } = Date.prototype;
const { prototype } = Object;

/** `Date` for a date, `Map` for a map, of whatever window. */
const kindOf = value => prototype.toString.call(value).slice(8, -1);

/** What an object makes of itself for JSON. */
const said = value => (typeof value.toJSON === 'function' && value.toJSON !== prototype.toJSON ? value.toJSON() : value);

/**
 * The JSON of an object that was passed to the call `about`. `complain(code, name)` hears of what
 * was left out or cut.
 */
export function encode(object, about, complain) {
  let property;
  /** What the property may still have; the core counts more exactly. */
  let room;

  /** The value as it is sent. `above` are the objects of the property that it stands in. */
  function json(value, above) {
    if (typeof value === 'bigint') value = Number.isSafeInteger(Number(value)) ? Number(value) : '' + value;
    if (typeof value === 'string') {
      value = stringify(cut(value));
      room -= value.length;
      return value;
    }
    if (typeof value === 'number') return Number.isFinite(value) ? '' + value : 'null';
    if (typeof value === 'boolean' || value === null) return '' + value;
    if (value === undefined) return value;
    let isList = Array.isArray(value);
    const kind = isList || typeof value !== 'object' || kindOf(value);
    if (!isList) {
      // Mixpanel's form of a date: UTC, to the second.
      if (kind === 'Date') return isNaN(value) ? 'null' : stringify(toISOString.call(value).slice(0, 19));
      const other = kind === true ? value : said(value);
      if (other !== value) return json(other, above);
      if (kind !== 'Object' && kind !== 'Map') {
        if (/^(String|Number|Boolean|BigInt)$/.test(kind)) return json(value.valueOf(), above);
        if (/^(Error|DOMException|URLSearchParams|Location|RegExp)$/.test(kind)) return json('' + value, above);
        isList = /(Set|Array)$/.test(kind);
        if (!isList) return complain(INVALID_PROPERTY, property);
      }
    }
    if (above.includes(value)) throw value;
    if (above.length >= MAX_DEPTH) {
      complain(PROPERTY_TRIMMED, property);
      return 'null';
    }
    const within = [...above, value];
    const members = [];
    let count = 0;
    for (const one of kind === 'Object' ? Object.keys(value) : value) {
      if (count++ === MAX_ELEMENTS) {
        complain(PROPERTY_TRIMMED, property);
        break;
      }
      if (room-- < 0) throw value;
      if (isList) {
        members.push(json(one, within) ?? 'null');
        continue;
      }
      const [name, inner] = kind === 'Map' ? one : [one, value[one]];
      const key = stringify(cut(name));
      const text = json(inner, within);
      room -= key.length;
      if (text) members.push(key + ':' + text);
    }
    return isList ? '[' + members + ']' : '{' + members + '}';
  }

  const members = [];
  try {
    object = said(object);
    if (!isObject(object) || kindOf(object) !== 'Object') complain((object = INVALID_ARGUMENT), about);
    for (property of Object.keys(object)) {
      if (members.length === MAX_PROPERTIES) {
        complain(PROPERTY_TRIMMED, property);
        break;
      }
      room = MAX_NESTED;
      try {
        const text = json(object[property], []);
        if (text) members.push(stringify(property) + ':' + text);
      } catch {
        complain(room < 0 ? PROPERTY_TRIMMED : INVALID_PROPERTY, property);
      }
    }
  } catch {
    complain(INVALID_PROPERTY, '*');
  }
  return '{' + members + '}';
}

export const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
