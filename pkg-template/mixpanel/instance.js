// One instance of the drop-in: mixpanel-browser's names and answers, over a client.
import * as core from '../generated/consentry_bg.js';
import { isServer } from '../generated/host.js';
import { DENIED } from '../generated/names.js';
import { addressFacts, campaign, pageFacts, viewFacts } from '../generated/page.js';
import { readCookie, readLocal } from '../generated/stores.js';
import { isObject } from '../encode.js';
import { DEFAULT_API_ROUTES, cookieOptions, defaults, running, without, writing } from './config.js';
import { consent } from './consent.js';
import { delivery } from './deliver.js';
import { facts } from './facts.js';
import { groups } from './groups.js';
import { flags, isBot, recording, warnOnce } from './harmless.js';
import { hooks } from './hooks.js';
import { identity } from './identity.js';
import { cookieOf, hasOldRefusal, removeOldRefusal } from './left.js';
import { trackForms, trackLinks } from './links.js';
import { people } from './people.js';
import { startClient, takeOver } from './start.js';
import { base64, isJson, query, sender } from './transport.js';
import { trackViews } from './views.js';

const isFunction = value => typeof value === 'function';

/**
 * Makes an instance. `start` answers what a client is started with, and `self` the object that a page
 * knows it by.
 */
export function instance(token, given, name, start, self) {
  const config = { ...defaults(), ...Object(given), token, name };
  if (!('api_payload_format' in Object(given)) && /\.mixpanel\.com/.test(config.api_host)) config.api_payload_format = 'json';
  const oldRefusal = !isServer() && hasOldRefusal();
  const disabled = { all: isBot(), names: [] };
  /** Where the identity is, whatever is said later. */
  const store = config.persistence;
  /** Super properties of this page alone. */
  const pageProps = {};
  let inside;
  let stopped = !config.batch_autostart;
  const batched = config.batch_requests;
  let batches = batched;

  function report(message, error) {
    console.error('mixpanel: ' + (message?.message ?? message));
    try {
      const { error_reporter: reporter } = config;
      if (isFunction(reporter)) reporter(message instanceof Error ? message : new Error(message), error);
    } catch (thrown) {
      console.error(thrown);
    }
  }

  const hooked = hooks(() => own, report);
  const me = () => self || own;
  const client = () => made;
  const told = question => inside?.told(question);
  const entry = () => ({ ...told(core.entry) });
  const call = (make, ...values) => inside?.call(make, ...values);
  const json = (value, about) => inside.json(value, about);
  /** What is stored and sent of an id, of whatever kind where it may be known. */
  const hidden = id => (config.anonymizeIds && id !== undefined ? inside?.hidden('' + id) : id);
  const isOff = event => event !== undefined && (disabled.all || disabled.names.includes(event));
  const isOut = () => made.consent.status === DENIED;

  /** A method that does nothing where the visitor refused, which its last argument hears. */
  const gate = method => (...values) => {
    if (!isOut()) return method(...values);
    const callback = values[values.length - 1];
    if (isFunction(callback)) callback(0);
    return undefined;
  };

  const inner = {
    client, gate, report, json, entry, call, told, hooked, hidden, isOff, isOut, token, pageProps,
    inside: () => inside,
    isBatched: () => batches,
    config: () => config,
    number: () => inside?.number,
    keep: texts => texts.forEach(([key, text]) => call(core.keep, key, text)),
    join: (operation, key, ids) => call(core.membership, operation.number, '' + key, listText(ids)),
    profileFacts() {
      const { $os, $browser, $browser_version = null } = JSON.parse(pageFacts(inside?.number));
      return { $os, $browser, $browser_version };
    },
    people: () => profile,
  };

  const { deliver, tell, send, hook, isHooked, way } = delivery(inner);
  Object.assign(inner, { deliver, send });

  const listText = ids => '[' + ids.map(id => (isObject(id) ? json(id, 'group') : JSON.stringify(id) ?? 'null')) + ']';

  const track = gate((event, properties, how, callback) => {
    if (!Object(how).skip_hooks) {
      const said = hooked.run('before_track', event, properties);
      if (!said) return undefined;
      [event, properties] = said;
    }
    if (isFunction(how)) [how, callback] = [undefined, how];
    if (event === undefined) return void report('track needs the name of an event');
    if (isOff(event)) return void tell(callback, 0);
    const { time, ...rest } = { ...pageProps, ...(isObject(properties) ? properties : {}) };
    // What a page says of when it was.
    const at = time instanceof Date ? +time : +time > 1e11 ? +time : +time * 1000;
    if (at > 0) call(core.asOf, Math.round(at), addressFacts(inside?.number));
    const record = { event, properties: { ...rest, token, distinct_id: own.get_distinct_id() } };
    return deliver(core.track, ['' + event, json(rest, 'track')], record, Object(how), callback);
  });

  function change(changes) {
    Object.assign(config, changes);
    const { headers, ...native } = running(config, store);
    const cookie = inside && cookieOf(inside.number);
    if (cookie && writing.some(name => name in changes)) Object.assign(cookie, cookieOptions(config), { found: undefined });
    if (inside) {
      inside.change(native);
      request(headers);
    }
    if ('hooks' in changes) setHooks(changes.hooks);
    for (const [feature, isAsked] of without) if (isAsked(config)) warnOnce(feature);
  }

  function setHooks(all) {
    hooked.replace(all);
    listenToSends();
  }

  const listenToSends = () => call(core.setHooks, isHooked());

  /** How requests are made. */
  function request(headers) {
    const own = inside?.own?.request;
    if (!own) return;
    own.headers = headers;
    own.query = query(config.api_extra_query_params);
    own.encode = isJson(config) ? undefined : base64;
    own.send = sender(way);
  }

  const { own: visitor, tellArrival } = identity(inner);

  const own = {
    ...visitor,
    track,
    track_pageview: gate((properties, how) => {
      const event = Object(how).event_name || '$mp_web_page_view';
      const facts = Object.entries(viewFacts()).filter(([, value]) => value !== undefined);
      return track(event, { ...Object.fromEntries(facts), ...(isObject(properties) ? properties : {}) });
    }),
    track_with_groups: gate((event, properties, of, callback) => {
      const known = Object.entries(Object(of)).filter(([, id]) => id !== null && id !== undefined);
      const ids = known.map(([key, id]) => [key, Array.isArray(id) ? id.map(hidden) : hidden(id)]);
      return track(event, { ...properties, ...Object.fromEntries(ids) }, callback);
    }),
    track_links: (...values) => trackLinks(me(), ...values),
    track_forms: (...values) => trackForms(me(), ...values),
    time_event(event) {
      if (event === undefined) report('time_event needs the name of an event');
      else if (!disabled.names.includes(event)) call(core.timeEvent, '' + event);
    },
    disable(events) {
      if (events === undefined) disabled.all = true;
      else disabled.names.push(...[].concat(events));
    },
    enable(events) {
      if (events === undefined) [disabled.all, disabled.names] = [false, []];
      else disabled.names = disabled.names.filter(one => ![].concat(events).includes(one));
    },
    set_config: changes => (isObject(changes) ? change(changes) : undefined),
    get_config: key => config[key],
    get_api_host: kind => Object(config.api_hosts)[kind] || config.api_host,
    start_batch_senders() {
      stopped = false;
      batches = batched;
      if (!isOut()) call(core.sending, true);
    },
    stop_batch_senders() {
      stopped = true;
      // From now on each goes by itself.
      batches = false;
      call(core.sending, false);
    },
    /** Sends what waits; ends when it is settled. mixpanel-browser has no such method. */
    flush: () => made.flush(),
    add_hook(hook, act) {
      hooked.add(hook, act);
      listenToSends();
    },
    remove_hook(hook, act) {
      hooked.remove(hook, act);
      listenToSends();
    },
    push(item) {
      try {
        run(item);
      } catch (error) {
        report('push could not do that', error);
      }
    },
    report_error: report,
    toString: () => (name === 'mixpanel' ? name : 'mixpanel.' + name),
    ...recording,
    flags: flags(),
    config,
    DEFAULT_API_ROUTES,
    __loaded: true,
    _: { isBlockedUA: isBot, info: {} },
  };

  /** One thing that a page pushed: a function, a call, or a chain of calls, each of what the one before gave. */
  function run(item) {
    if (isFunction(item)) return void item.call(me());
    if (!Array.isArray(item)) return undefined;
    if (Array.isArray(item[0])) return item.reduce((of, [method, ...values]) => of[method](...values), me());
    const path = ('' + item[0]).split('.');
    const method = path.pop();
    const of = path.reduce((object, part) => object[part], me());
    return of[method](...item.slice(1));
  }

  const known = isServer() ? '' : ['mp_' + (config.persistence_name || config.cookie_name || token + '_mixpanel')].map(key => readCookie(key) + readLocal(key)).join();
  const made = startClient(token, config, oldRefusal, start, report, given => {
    inside = given;
    if (!inside.own) return;
    inside.own.facts = facts(config);
    inside.own.hook = hook;
    request(running(config).headers);
  });
  const profile = people(me(), inner);
  own.people = profile.own;
  Object.assign(own, groups(own, inner), consent(own, inner));

  /** What comes first once it is made: what was left here, who came how. `queued` does what waited. */
  function begin(queued) {
    if (oldRefusal) {
      removeOldRefusal();
      if (made.consent.status === DENIED) made.optOut({ via: 'signal' });
    }
    setHooks(config.hooks);
    if (stopped) call(core.sending, undefined);
    for (const [feature, isAsked] of without) if (isAsked(config)) warnOnce(feature);
    if (!isServer()) takeOver(config, made, (...record) => inside.adopt(...record), report);
    const arrival = isServer() || config.skip_first_touch_marketing ? undefined : campaign();
    if (Object.values(Object(arrival)).some(Boolean)) {
      own.people.set_once(Object.fromEntries(Object.entries(arrival).map(([key, value]) => ['initial_' + key, value ?? null])));
    }
    queued?.();
    const mode = config.track_pageview || Object(config.autocapture).pageview;
    if (mode && !isServer()) trackViews(mode, () => own.track_pageview({ $mp_autocapture: true }));
    tell(config.loaded, me());
    if (isServer()) return;
    // A profile is told once how its visitor came.
    if (!known.includes('$initial_referrer')) tellArrival();
  }

  return { own, begin };
}
