// Google Consent Mode 2, over the page's `dataLayer`: read what a manager says there, or say it.
import { CMP_FAILED } from '../generated/names.js';
import { coded } from '../errors.js';
import { tell } from '../safe.js';
import { purposesOf } from './carry.js';
import { isPage, own, quiet } from './look.js';
import { follow } from './follow.js';
import { UNKNOWN, rank } from './ranks.js';

const signals = {
  analytics: ['analytics_storage'],
  functional: ['functionality_storage'],
  personalization: ['personalization_storage'],
  advertising: ['ad_storage', 'ad_user_data', 'ad_personalization'],
};

/** Milliseconds that tags wait for an update, unless the site says otherwise. */
const patience = 500;

/** How exactly a list of regions means one: not at all, its country, or the place itself. */
const fits = (regions, region) =>
  !Array.isArray(regions) ? 1
  : region && regions.includes(region) ? 3
  : region && regions.includes(region.split('-')[0]) ? 2
  : 0;

function read(client, options, ours) {
  return follow(client, options, 'consentMode', signals, ({ options, look, when, end }) => {
    const defaults = { __proto__: null };
    const updates = { __proto__: null };
    let count = 0;
    const scan = entry => {
      if (own(entry, 0) !== 'consent' || ours.has(entry)) return;
      const said = Object.entries(entry[2] ?? {});
      if (entry[1] === 'update') {
        count++;
        for (const [signal, value] of said) updates[signal] = value;
      } else if (entry[1] === 'default') {
        const fit = fits(own(entry[2], 'region'), options.region);
        const waits = own(entry[2], 'wait_for_update') > 0;
        for (const [signal, value] of said) if (fit && fit >= (defaults[signal]?.fit ?? 0)) defaults[signal] = { value, fit, waits };
      }
    };
    const meant = { __proto__: null, granted: true, denied: false };
    when(
      () => Array.isArray(window.dataLayer) && window.dataLayer,
      list => {
        list.forEach(entry => quiet(() => scan(entry)));
        const { push } = list;
        const isOwn = own(list, 'push');
        let isOver = false;
        const heard = (list.push = function (...entries) {
          const answer = push.apply(this, entries);
          if (!isOver) {
            for (const entry of entries) quiet(() => scan(entry));
            look();
          }
          return answer;
        });
        end(() => {
          isOver = true;
          if (list.push !== heard) return;
          if (isOwn) list.push = push;
          else delete list.push;
        });
      },
    );
    return () => ({
      of(signal) {
        if (signal in updates) return rank(meant[updates[signal]], options.updatesAreDecisions !== false);
        const { value, waits } = defaults[signal] ?? {};
        return value === undefined || waits ? UNKNOWN : rank(meant[value], false);
      },
      // The first update of a page is what was answered before.
      isFresh: count > 1 ? undefined : false,
    });
  });
}

function write(client, given, ours) {
  const options = { __proto__: null, ...given };
  const onError = typeof options.onError === 'function' ? options.onError : error => console.warn(error);
  const keys = { __proto__: null, ...signals, ...options.purposes };
  let said;
  const push = (...what) => {
    const entry = (function () {
      return arguments;
    })('consent', ...what);
    ours.add(entry);
    (window.dataLayer ??= []).push(entry);
  };
  const stateOf = isGranted => Object.fromEntries(Object.keys(keys).flatMap(purpose => [].concat(keys[purpose] ?? []).map(key => [key, isGranted(purpose) ? 'granted' : 'denied'])));
  const attempt = act => {
    try {
      act();
    } catch (error) {
      tell(onError, coded(...CMP_FAILED, 'consentMode: ' + quiet(() => error.message)));
    }
  };
  const say = () => attempt(() => {
    const { status } = client.consent;
    if (said === undefined && status === 'pending') return;
    const now = purposesOf(client);
    const state = stateOf(purpose => now[purpose] === 'granted');
    const text = JSON.stringify(state);
    if (text !== said) push('update', state);
    said = text;
  });
  attempt(() => push('default', { ...stateOf(() => false), security_storage: 'granted', wait_for_update: options.waitForUpdate ?? patience }));
  say();
  return client.onConsentChange(say);
}

/** `mode`: `read` (default), `write`, or `both`, where it does not hear what it says. */
export function consentMode(client, options) {
  if (!isPage()) return () => {};
  const ours = new WeakSet();
  const mode = options?.mode ?? 'read';
  const ends = [];
  if (mode !== 'read') ends.push(write(client, options, ours));
  if (mode !== 'write') ends.push(read(client, options, ours));
  return () => ends.forEach(quiet);
}
