// The options of a client, checked once, at the door: the same way whether wasm runs, runs later or
// cannot run. The rules are the core's, which checks what it gets by them too.
import { INVALID_OPTION, INVALID_TOKEN, PROTECTED_PROPERTY, UNKNOWN_OPTION } from './generated/names.js';
import { plain, projectToken, protectedNames, rules, taken } from './generated/options.js';
import { isObject } from './encode.js';
import { coded } from './errors.js';

// A spread among an object's own members is put together wrongly by terser, with `__proto__` twice.
const callable = { callable: true };
const hooks = { group: { __proto__: null, beforeTrack: callable, beforeSend: callable } };
const minimize = { group: { __proto__: null, json: callable, report: callable } };
const anonymizeIds = { group: { __proto__: null, salt: { text: /[^]/ }, hashId: callable } };
const consent = { group: Object.assign({ __proto__: null, onRecord: callable }, rules.consent.group) };
const ofPage = Object.assign({ __proto__: null, onError: callable, hooks, headers: { headers: true }, anonymizeIds, minimize }, rules, { __proto__: null, consent });

const isText = (value, form) => typeof value === 'string' && plain.test(value) && form.test(value);

/** Whether a value is what its rule asks for. */
/** A header of a request, besides the type of its body. */
const isHeader = ([name, value]) => /^(?!content-type$)[!#-'*+.^_`|~\w-]+$/i.test(name) && typeof value === 'string' && !/[\0\r\n]/.test(value);

const fits = (value, { oneOf, upTo, text, list, most = Infinity, callable, headers }) =>
  oneOf ? oneOf.includes(value)
  : upTo ? Number.isInteger(value) && value > 0 && value <= upTo
  : text ? isText(value, text)
  : list ? Array.isArray(value) && value.length <= most && (most === Infinity || !!value.length) && value.every(one => isText(one, list))
  : headers ? isObject(value) && Object.entries(value).every(isHeader)
  : callable && typeof value === 'function';

const fail = (error, about) => {
  throw coded(...error, about);
};

/**
 * Checks a group and answers a copy. `null` counts as not given. Some pages give every list or object
 * a `toJSON`; the core would read what that makes of a blacklist as none.
 */
function read(group, rules, path) {
  if (!isObject(group)) fail(INVALID_OPTION, path);
  const given = { __proto__: null };
  for (const [key, value] of Object.entries(group)) {
    if (value == null) continue;
    const name = path ? path + '.' + key : key;
    const rule = { __proto__: null, ...(rules[key] || fail(UNKNOWN_OPTION, name)) };
    given[key] =
      rule.group ? read(value, rule.group, name)
      : rule.headers && isObject(value) ? { __proto__: null, ...value }
      : Array.isArray(value) ? Object.defineProperty([...value], 'toJSON', { __proto__: null, value: null })
      : value;
    if (!rule.group && !fits(given[key], rule)) fail(INVALID_OPTION, name);
  }
  return given;
}

/**
 * What a client is made of: the options as JSON for the core, `onError`, and the options of consent
 * for cookies and the shell.
 */
export function readOptions(token, options = {}) {
  if (!isText(token, projectToken)) fail(INVALID_TOKEN);
  let given;
  try {
    given = read(options, ofPage, '');
  } catch (error) {
    // A getter that throws is no option either.
    if (error.name === 'ConsentryError') throw error;
    fail(INVALID_OPTION);
  }
  try {
    // Where it is no address after all, no request would ever start.
    if (given.apiHost) new URL(given.apiHost);
  } catch {
    fail(INVALID_OPTION, 'apiHost');
  }
  if (given.consent?.prefix && taken.test(given.consent.prefix + token)) fail(INVALID_OPTION, 'consent.prefix');
  const about = given.propertyBlacklist?.find(one => protectedNames.includes(one));
  if (about) fail(PROTECTED_PROPERTY, about);
  const { onError, headers, hooks, anonymizeIds, minimize, ...forCore } = given;
  if (minimize && !minimize.json) fail(INVALID_OPTION, 'minimize.json');
  if (anonymizeIds) {
    for (const name of ['salt', 'hashId']) if (!anonymizeIds[name]) fail(INVALID_OPTION, 'anonymizeIds.' + name);
    forCore.anonymousIds = true;
  }
  const { consent = { __proto__: null }, persistenceName } = given;
  return { forCore: JSON.stringify(Object.assign({ __proto__: null }, forCore)), onError, headers, hooks, anonymizeIds, minimize, consent, persistenceName };
}
