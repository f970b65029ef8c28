// What a page says of a choice of the visitor.
import { isObject } from './encode.js';

/**
 * The details of a choice that the page makes by `method`, each with its default. The choice itself is clear, so it counts even where they cannot
 * be read, which `invalid` hears of. `json` makes a text of the properties.
 */
export function details(method, choice = {}, json, invalid) {
  const decidedAt = Date.now();
  try {
    const { event = '$opt_in', properties, deleteProfile, via = 'api', purposes } = choice;
    const isFit = typeof via === 'string' && (!purposes || purposes.every(one => typeof one === 'string'));
    if (isFit && isObject(choice) && (event === false || typeof event === 'string')) {
      const list = purposes ? [...purposes] : undefined;
      return { event: event || '', properties: json(properties, method), deleteProfile: !!deleteProfile, via, purposes: list, decidedAt };
    }
  } catch {}
  invalid(method);
  return { event: '$opt_in', properties: '{}', deleteProfile: false, via: 'api', purposes: undefined, decidedAt };
}
