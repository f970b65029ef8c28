// The options of a client, checked once, at the door: the same way whether wasm runs, runs later or cannot run.
import { ingestion } from './generated/residency.js';
import { isObject } from './encode.js';
import { coded } from './errors.js';

const modes = ['honor', 'enforce', 'ignore'];
const flag = [false, true];
const stores = ['localStorage', 'cookie'];

/**
 * What each option can be: one of some values, of which the first is the default; a whole number from 1 to this; or a text of this form,
 * without quotes, backslashes and control characters. 2,000 records are the server's limit for a request.
 */
const rules = {
  __proto__: null,
  residency: ['us', 'eu', 'in'],
  apiHost: /^(https:\/\/[^/]|http:\/\/(localhost|127\.0\.0\.1|[a-z0-9.-]+\.localhost)(:|\/|$))[^\s?#@]*$/,
  geolocation: flag,
  persistence: [...stores, 'memory'],
  'batch.size': 2e3,
  'batch.flushIntervalMs': 36e5,
  'consent.default': ['pending', 'granted', 'denied'],
  'consent.beforeDecision': ['drop', 'hold'],
  'consent.storage': stores,
  'consent.prefix': /./,
  'consent.gpc': modes,
  'consent.dnt': modes,
  'consent.policyVersion': /./,
  'consent.maxAgeDays': 36500,
  'consent.cookie.domain': /^[a-z0-9.-]+$/i,
  'consent.cookie.crossSubdomain': flag,
  'consent.cookie.sameSite': ['lax', 'strict', 'none'],
  'consent.cookie.secure': flag,
  'consent.cookie.expiresDays': 36500,
  'consent.cookie.partitioned': flag,
};

/** Names that Mixpanel needs. */
const needed = /^(token|time|distinct_id|\$(insert|device|user)_id)$/;

const isText = value => typeof value === 'string' && !/["\\\0-\x1f]/.test(value);

/** The number of a value among those allowed, the whole number, or the text; nothing when it cannot be meant. */
const meant = (rule, value) =>
  rule.test ? (isText(value) && rule.test(value) ? value : undefined)
  : rule.map ? (rule.includes(value) ? rule.indexOf(value) : undefined)
  : Number.isInteger(value) && value > 0 && value <= rule ? value
  : undefined;

/** What a client is made of: the core's own form of the options, `onError`, and the options of consent for cookies and the shell. */
export function readOptions(token, options = {}) {
  const fail = (code, message, about) => {
    throw coded(code, message, about);
  };
  const invalid = about => fail('invalid_option', 'Give this option a value it can have', about);
  const found = {};
  const read = (path, group) => {
    if (!isObject(group)) invalid(path);
    for (const [key, value] of Object.entries(group)) {
      const name = path + key;
      if (value == null) continue;
      if (/^(consent|consent\.cookie|batch)$/.test(name)) read(name + '.', value);
      else if (name === 'onError') typeof value === 'function' || invalid(name);
      else if (name === 'propertyBlacklist') {
        if (!Array.isArray(value) || !value.every(isText)) invalid(name);
        const about = value.find(one => needed.test(one));
        about && fail('protected_property', 'Take this property off the list; Mixpanel needs it', about);
      } else if (name in rules) (found[name] = meant(rules[name], value)) ?? invalid(name);
      else fail('unknown_option', 'Check the spelling of this option', name);
    }
  };
  if (typeof token !== 'string' || !/^[!#-[\]-~]{1,100}$/.test(token)) fail('invalid_token', 'Pass your project token');
  try {
    read('', options);
  } catch (error) {
    // A getter that throws is no option either.
    if (error.name === 'ConsentryError') throw error;
    invalid('');
  }
  const pick = (name, fallback = 0) => found[name] ?? fallback;
  const forCore = [
    token,
    pick('apiHost', ingestion[pick('residency')]).replace(/\/$/, ''),
    pick('consent.prefix', '__mp_opt_in_out_') + token,
    pick('consent.policyVersion', ''),
    options.propertyBlacklist || [],
    pick('consent.maxAgeDays'),
    pick('batch.size', 50),
    pick('batch.flushIntervalMs', 5e3),
    ...['consent.default', 'consent.beforeDecision', 'consent.storage', 'consent.gpc', 'consent.dnt', 'geolocation', 'persistence'].map(name =>
      pick(name),
    ),
  ];
  // `null` counts as not given, for everybody.
  const given = group => Object.fromEntries(Object.entries(group || {}).filter(([, value]) => value != null));
  const consent = given(options.consent);
  return { forCore: JSON.stringify(forCore), onError: options.onError ?? undefined, consent: { ...consent, cookie: given(consent.cookie) } };
}
