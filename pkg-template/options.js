// The options of a client, checked once, at the door: the same way whether wasm runs, runs later or cannot run.
import { ingestion } from './generated/residency.js';
import { COOKIE, LOCAL_STORAGE } from './generated/names.js';
import { isObject } from './encode.js';
import { coded } from './errors.js';

const isText = value => typeof value === 'string' && !/["\\\0-\x1f]/.test(value);

const stores = [LOCAL_STORAGE, COOKIE];
const modes = ['honor', 'enforce', 'ignore'];
const flag = [false, true];
/** A text of this form, without quotes, backslashes and control characters. */
const text = form => value => isText(value) && form.test(value);
/** A whole number from 1 to this. */
const upTo = most => value => Number.isInteger(value) && value > 0 && value <= most;

/**
 * What each option can be: one of some values, of which the first is the default; what a function says yes to; or a group of options. No two
 * options have the same name. 2,000 records are the server's limit for a request.
 */
const rules = {
  __proto__: null,
  residency: ['us', 'eu', 'in'],
  apiHost: text(/^(https:\/\/[^/]|http:\/\/(localhost|127\.0\.0\.1|[a-z0-9.-]+\.localhost)(:|\/|$))[^\s?#@]*$/),
  geolocation: flag,
  persistence: [...stores, 'memory'],
  propertyBlacklist: value => Array.isArray(value) && value.every(isText),
  onError: value => typeof value === 'function',
  batch: {
    __proto__: null,
    size: upTo(2e3),
    flushIntervalMs: upTo(36e5),
  },
  consent: {
    __proto__: null,
    default: ['pending', 'granted', 'denied'],
    beforeDecision: ['drop', 'hold'],
    storage: stores,
    prefix: text(/./),
    gpc: modes,
    dnt: modes,
    policyVersion: text(/./),
    maxAgeDays: upTo(36500),
    cookie: {
      __proto__: null,
      domain: text(/^[a-z0-9.-]+$/i),
      crossSubdomain: flag,
      sameSite: ['lax', 'strict', 'none'],
      secure: flag,
      expiresDays: upTo(36500),
      partitioned: flag,
    },
  },
};

/** Names that Mixpanel needs. */
const needed = /^(token|time|distinct_id|\$(insert|device|user)_id)$/;

/** What a client is made of: the core's own form of the options, `onError`, and the options of consent for cookies and the shell. */
export function readOptions(token, options = {}) {
  const fail = (code, message, about) => {
    throw coded(code, message, about);
  };
  const invalid = about => fail('invalid_option', 'Check the value', about);
  /** What the core gets of an option, by name; 0 where it is neither here nor given. */
  const found = { size: 50, flushIntervalMs: 5e3, prefix: '__mp_opt_in_out_', policyVersion: '', propertyBlacklist: [] };
  /** Checks a group and answers a copy. `null` counts as not given, for everybody. */
  const read = (path, group, rules) => {
    if (!isObject(group)) invalid(path);
    const given = {};
    for (const [key, value] of Object.entries(group)) {
      if (value == null) continue;
      const name = path + key;
      const rule = rules[key] || fail('unknown_option', 'Check the spelling', name);
      given[key] = value;
      if (rule.map) found[key] = rule.includes(value) ? rule.indexOf(value) : invalid(name);
      else if (rule.call) found[key] = rule(value) ? value : invalid(name);
      else given[key] = read(name + '.', value, rule);
    }
    return given;
  };
  if (typeof token !== 'string' || !/^[!#-[\]-~]{1,100}$/.test(token)) fail('invalid_token', 'Pass your project token');
  let consent;
  try {
    ({ consent = {} } = read('', options, rules));
  } catch (error) {
    // A getter that throws is no option either.
    if (error.name === 'ConsentryError') throw error;
    invalid('');
  }
  const { apiHost, residency = 0, prefix, policyVersion, propertyBlacklist, onError } = found;
  const about = propertyBlacklist.find(one => needed.test(one));
  if (about) fail('protected_property', 'Take it off the list', about);
  const forCore = [
    token,
    (apiHost ?? ingestion[residency]).replace(/\/$/, ''),
    prefix + token,
    policyVersion,
    ...['maxAgeDays', 'size', 'flushIntervalMs', 'default', 'beforeDecision', 'storage', 'gpc', 'dnt', 'geolocation', 'persistence'].map(
      name => found[name] ?? 0,
    ),
    ...propertyBlacklist,
  ];
  return { forCore: forCore.join('\n') + '\n', onError, consent };
}
