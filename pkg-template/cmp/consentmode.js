// Google Consent Mode 2, over the page's `dataLayer`: read what a manager says there, or say it.
import { purposesOf } from './carry.js';
import { isPage, quiet } from './look.js';
import { follow } from './follow.js';
import { BY_DEFAULT, DENIED_BY_DEFAULT, UNKNOWN } from './ranks.js';

const signals = {
  analytics: ['analytics_storage'],
  functional: ['functionality_storage'],
  personalization: ['personalization_storage'],
  advertising: ['ad_storage', 'ad_user_data', 'ad_personalization'],
};

/** Milliseconds that tags wait for an update, unless the site says otherwise. */
const patience = 500;

/** How exactly a list of regions means one: not at all, for all, its country, or the place itself. */
const fits = (regions, region = '') => (!regions ? 1 : regions.includes(region) ? 3 : regions.includes(region.split('-')[0]) ? 2 : 0);

const read = (client, options, ours) =>
  follow(client, options, 'consentMode', signals, [], (options, look, end) => {
    const defaults = { __proto__: null };
    const updates = { __proto__: null };
    let count = 0;
    const scan = entry => {
      const [what, command, said] = ours.has(entry) ? [] : entry;
      if (what !== 'consent') return;
      if (command === 'update') {
        count++;
        Object.assign(updates, said);
      } else if (command === 'default') {
        const fit = fits(said.region, options.region);
        for (const signal in said) if (fit && fit >= (defaults[signal]?.fit ?? 0)) defaults[signal] = { value: said[signal], fit, waits: said.wait_for_update > 0 };
      }
    };
    const hear = entries => entries.forEach(entry => quiet(() => scan(entry)));
    const start = list => {
      hear(list);
      const { push } = list;
      let isOver;
      const heard = (list.push = function (...entries) {
        const answer = push.apply(this, entries);
        if (!isOver) hear(entries);
        look();
        return answer;
      });
      end(() => {
        isOver = true;
        if (list.push === heard) list.push = push;
      });
    };
    const meant = { __proto__: null, granted: true, denied: false };
    const of = signal => {
      if (signal in updates) return [meant[updates[signal]]];
      const { value, waits } = defaults[signal] ?? {};
      return [waits || !(value in meant) ? UNKNOWN : meant[value] ? BY_DEFAULT : DENIED_BY_DEFAULT];
    };
    // The first update of a page is what was answered before.
    return [() => [options.updatesAreDecisions !== false, of, 0, count > 1 ? undefined : false], () => window.dataLayer, start];
  });

function write(client, options, ours) {
  const keys = { ...signals, ...options.purposes };
  let said;
  const push = function () {
    ours.add(arguments);
    (window.dataLayer ??= []).push(arguments);
  };
  const stateOf = now => {
    const state = {};
    for (const purpose of Object.keys(keys)) for (const key of [].concat(keys[purpose])) state[key] = now[purpose] === 'granted' ? 'granted' : 'denied';
    return state;
  };
  const say = () => {
    try {
      if (!said) push('consent', 'default', { ...stateOf({}), security_storage: 'granted', wait_for_update: options.waitForUpdate ?? patience });
      const state = stateOf(purposesOf(client));
      const text = JSON.stringify(state);
      if (text !== said && (said || client.consent.status !== 'pending')) push('consent', 'update', state);
      said = text;
    } catch (error) {
      client.reportCmp?.('consentMode: ' + error);
    }
  };
  say();
  return client.onConsentChange(say);
}

/** `mode`: `read` (default), `write`, or `both`, where it does not hear what it says. */
export function consentMode(client, options = {}) {
  if (!isPage()) return () => {};
  const ours = new WeakSet();
  const ends = [];
  if (/write|both/.test(options.mode)) ends.push(write(client, options, ours));
  if (options.mode !== 'write') ends.push(read(client, options, ours));
  return () => ends.forEach(quiet);
}
