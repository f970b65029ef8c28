// The options of a client, checked once, at the door: the same way whether wasm runs, runs later or cannot run.
import { ingestion } from './generated/residency.js';
import { isObject } from './encode.js';
import { coded } from './errors.js';

/** The options that choose among words; the first is the default. The core takes the number of the word, in this order. */
const words = {
  'consent.default': ['pending', 'granted', 'denied'],
  'consent.beforeDecision': ['drop', 'hold'],
  'consent.storage': ['localStorage', 'cookie'],
  'consent.gpc': ['honor', 'enforce', 'ignore'],
  'consent.dnt': ['honor', 'enforce', 'ignore'],
  geolocation: [false, true],
  persistence: ['localStorage', 'cookie', 'memory'],
  residency: ['us', 'eu', 'in'],
  'consent.cookie.crossSubdomain': [false, true],
  'consent.cookie.sameSite': ['lax', 'strict', 'none'],
  'consent.cookie.secure': [false, true],
  'consent.cookie.partitioned': [false, true],
};

/** The options that are whole numbers: the default, and the most they can be. 2,000 records are the server's limit for a request. */
const numbers = {
  'consent.maxAgeDays': [0, 36500],
  'batch.size': [50, 2000],
  'batch.flushIntervalMs': [5000, 36e5],
  'consent.cookie.expiresDays': [365, 36500],
};

/** The options that are texts, and what they must look like. Quotes, backslashes and control characters are in none of them. */
const texts = {
  apiHost: /^(https:\/\/[^/]|http:\/\/(localhost|127\.0\.0\.1|[a-z0-9.-]+\.localhost)(:|\/|$))[^\s?#@]*$/,
  'consent.prefix': /./,
  'consent.policyVersion': /./,
  'consent.cookie.domain': /^[a-z0-9.-]+$/i,
};

/** Names that Mixpanel needs. */
const isProtected = name => /^(token|time|distinct_id|\$insert_id|\$device_id|\$user_id)$/.test(name);

const isText = value => typeof value === 'string' && !/["\\\0-\x1f]/.test(value);

/** What a client is made of: the core's own form of the options, `onError`, and the options of consent for cookies and the shell. */
export function readOptions(token, options = {}) {
  const fail = (code, message, about) => {
    throw coded(code, message, about);
  };
  const invalid = about => fail('invalid_option', 'Give this option a value it can have', about);
  const found = {};
  // A throwing getter is as little an option as a misspelt one.
  const read = (path, group) => {
    if (!isObject(group)) invalid(path || 'options');
    for (const [key, value] of Object.entries(group)) {
      const name = path + key;
      if (value === undefined || value === null) continue;
      if (/^(consent|consent\.cookie|batch)$/.test(name)) read(name + '.', value);
      else if (name in words) (found[name] = words[name].indexOf(value)) < 0 && invalid(name);
      else if (name in numbers) (found[name] = value) > 0 && value <= numbers[name][1] && Number.isInteger(value) || invalid(name);
      else if (name in texts) (found[name] = isText(value) && value.match(texts[name])) || invalid(name);
      else if (name === 'onError') typeof value === 'function' || invalid(name);
      else if (name === 'propertyBlacklist') {
        (Array.isArray(value) && value.every(isText)) || invalid(name);
        const needed = value.find(isProtected);
        needed && fail('protected_property', 'Mixpanel needs this property; take it off the list', needed);
      } else fail('unknown_option', 'Check the spelling of this option', name);
    }
  };
  if (typeof token !== 'string' || !/^[!#-[\]-~]{1,100}$/.test(token)) fail('invalid_token', 'Pass your project token');
  read('', options);
  const text = (name, fallback = '') => found[name]?.input ?? fallback;
  const forCore = [
    token,
    text('apiHost', ingestion[found.residency || 0]).replace(/\/$/, ''),
    text('consent.prefix', '__mp_opt_in_out_') + token,
    text('consent.policyVersion'),
    options.propertyBlacklist || [],
    ...Object.keys(numbers).map(name => found[name] ?? numbers[name][0]),
    ...Object.keys(words).map(name => found[name] || 0),
  ];
  return { forCore: JSON.stringify(forCore), onError: options.onError, consent: options.consent || {} };
}
