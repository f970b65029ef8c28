// What a page says of a choice of the visitor.
import { EVENT } from './generated/names.js';
import { now } from './generated/host.js';
import { plain } from './generated/options.js';
import { isObject } from './encode.js';

/**
 * The details of a choice that the page makes by `method`, each with its default. The choice itself
 * is clear, so it counts even where they cannot be read, which `invalid` hears of; but who agrees to
 * purposes that cannot be read agrees to none, as `isUnclear` says. `names` are the purposes as the
 * core takes them, and `seen` is what the visitor saw, `shown` the same for the core: what of it is no
 * short text is left out. `json` makes a text of the properties.
 */
export function details(method, choice = {}, json, invalid) {
  const decidedAt = now();
  let isUnclear = true;
  try {
    const { event = EVENT, properties, deleteProfile, via = '', purposes, policyFingerprint, language, region } = { __proto__: null, ...choice };
    isUnclear = purposes != null;
    const isFit = typeof via === 'string' && (!purposes || purposes.every(one => typeof one === 'string' && plain.test(one)));
    if (isFit && isObject(choice) && (event === false || typeof event === 'string')) {
      const list = purposes ? [...purposes] : undefined;
      const given = Object.entries({ policyFingerprint, language, region }).filter(([, value]) => value != null);
      const isShort = ([, value]) => (typeof value === 'string' && /^[^]{1,64}$/.test(value) && plain.test(value)) || invalid(method);
      const saw = given.filter(isShort);
      const shown = '{' + saw.map(([name, value]) => '"' + name + '":"' + value + '"') + '}';
      const names = list ? '[' + list.map(one => '"' + one + '"') + ']' : '';
      return { event: event || '', properties: json(properties, method), deleteProfile: !!deleteProfile, via, purposes: list, decidedAt, names, seen: Object.assign({ __proto__: null }, Object.fromEntries(saw)), shown, isUnclear: false };
    }
  } catch {}
  invalid(method);
  return { event: EVENT, properties: '{}', deleteProfile: false, via: '', purposes: undefined, decidedAt, names: '', seen: { __proto__: null }, shown: '{}', isUnclear };
}

/** The consent as the page reads it, of what the core or the shell says of it. */
export function consentOf({ status, source, store, record, purposes }) {
  const { decidedAt, via, policyVersion } = { __proto__: null, ...record };
  return { status, source, persisted: !!store, store, decidedAt, via, policyVersion, purposes };
}
