// Google Consent Mode 2, over the page's `dataLayer`: read what a manager says there, or say it.
import { quiet } from './look.js';
import { follow } from './follow.js';
import { BY_DEFAULT, DENIED_BY_DEFAULT, NONE, UNKNOWN } from './ranks.js';

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

/**
 * Says to the page's tags what the client decides, unless they have heard it: `said` is what was said last. Where
 * others speak as well, it says nothing of what the client has no purpose for.
 */
function write(client, options, ours, said, isAlone) {
  const keys = { __proto__: null, ...signals, ...options.purposes };
  const names = Object.keys(isAlone ? keys : client.consent.purposes);
  const push = function () {
    ours.add(arguments);
    (window.dataLayer ??= []).push(arguments);
  };
  const stateOf = now => Object.fromEntries(names.flatMap(purpose => [keys[purpose] ?? []].flat().map(key => [key, now[purpose] === 'granted' ? 'granted' : 'denied'])));
  push('consent', 'default', { ...stateOf({}), security_storage: 'granted', wait_for_update: options.waitForUpdate ?? patience });
  return () => {
    const { purposes, status } = client.consent;
    const state = stateOf(purposes);
    const isNews = Object.keys(state).some(key => state[key] !== said[key]);
    if (!isNews || (status === 'pending' && !Object.keys(said).length)) return;
    Object.assign(said, state);
    push('consent', 'update', state);
  };
}

/** `mode`: `read` (default), `write`, or `both`, where it does not hear what it says, nor say what it hears. */
export const consentMode = (client, options) =>
  follow(client, options, 'consentMode', signals, [], (options, look, end, on, deny, fail, attempt) => {
    const defaults = { __proto__: null };
    const updates = { __proto__: null };
    /** What was said last, by whoever. */
    const last = { __proto__: null };
    const ours = new WeakSet();
    const mode = options.mirror === true ? 'both' : options.mode;
    let count = 0;
    if (mode === 'write' || mode === 'both') {
      const say = write(client, options, ours, last, mode === 'write');
      end(client.onConsentChange(() => attempt(say)));
      say();
      if (mode === 'write') return [() => NONE];
    }
    const scan = entry => {
      const [what, command, said] = ours.has(entry) ? [] : entry;
      if (what !== 'consent') return;
      if (command === 'update') {
        count++;
        for (const all of [updates, last]) Object.assign(all, said);
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
