// What a page says of a choice of the visitor.
import { EVENT } from './generated/names.js';
import { now } from './generated/host.js';
import { plain } from './generated/options.js';
import { isObject } from './encode.js';

/**
 * The details of a choice that the page makes by `method`, each with its default. The choice itself
 * is clear, so it counts even where they cannot be read, which `invalid` hears of; but who agrees to
 * purposes that cannot be read agrees to none, as `isUnclear` says. `names` are the purposes as the
 * core takes them. `json` makes a text of the properties.
 */
export function details(method, choice = {}, json, invalid) {
  const decidedAt = now();
  let isUnclear = true;
  try {
    const { event = EVENT, properties, deleteProfile, via = '', purposes } = { __proto__: null, ...choice };
    isUnclear = purposes != null;
    const isFit = typeof via === 'string' && (!purposes || purposes.every(one => typeof one === 'string' && plain.test(one)));
    if (isFit && isObject(choice) && (event === false || typeof event === 'string')) {
      const list = purposes ? [...purposes] : undefined;
      return { event: event || '', properties: json(properties, method), deleteProfile: !!deleteProfile, via, purposes: list, decidedAt, names: list ? '[' + list.map(one => '"' + one + '"') + ']' : '', isUnclear: false };
    }
  } catch {}
  invalid(method);
  return { event: EVENT, properties: '{}', deleteProfile: false, via: '', purposes: undefined, decidedAt, names: '', isUnclear };
}

/** The consent as the page reads it, of what the core or the shell says of it. */
export function consentOf({ status, source, store, record, purposes }) {
  const { decidedAt, via, policyVersion } = { __proto__: null, ...record };
  return { status, source, persisted: !!store, store, decidedAt, via, policyVersion, purposes };
}
