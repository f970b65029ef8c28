// One instance of the drop-in: mixpanel-browser's names and answers, over a client.
import * as core from '../generated/consentry_bg.js';
import { isServer, nextTask, now } from '../generated/host.js';
import { DENIED, GRANTED, SIGNAL } from '../generated/names.js';
import { addressFacts, arrivalFacts, campaign, pageFacts, viewFacts } from '../generated/page.js';
import { readCookie, readLocal } from '../generated/stores.js';
import { create } from '../client.js';
import { isObject } from '../encode.js';
import { DEFAULT_API_ROUTES, NOWHERE, defaults, options, running, without } from './config.js';
import { consent } from './consent.js';
import { groups } from './groups.js';
import { flags, isBot, recording, warnOnce } from './harmless.js';
import { hooks } from './hooks.js';
import { adoptQueues, cookieOf, hasOldRefusal, removeOldRefusal, removeQueues, removeTraces } from './left.js';
import { trackForms, trackLinks } from './links.js';
import { people } from './people.js';
import { answerOf, base64, isJson, query, sender } from './transport.js';
import { trackViews } from './views.js';

/** How a record is delivered, as the core takes it. */
const ALONE = 1;
const VERBOSE = 2;
const ANYONE = 4;
const SHOWN = 8;

const kinds = ['events', 'people', 'groups'];

const isBeacon = transport => /^sendbeacon$/i.test(transport ?? '');

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
  let pageProps = {};
  let way; // of the record that is being sent
  let inside;
  let stopped = !config.batch_autostart;
  const batches = config.batch_requests;

  function report(message, error) {
    console.error('mixpanel: ' + message);
    try {
      const { error_reporter: reporter } = config;
      if (isFunction(reporter)) reporter(message instanceof Error ? message : new Error(message), error);
    } catch (thrown) {
      console.error(thrown);
    }
  }

  const log = (...what) => config.debug && console.log('mixpanel:', ...what);
  const hooked = hooks(() => own, report);
  const me = () => self || own;
  const client = () => made;
  const told = question => inside?.told(question);
  const entry = () => ({ ...told(core.entry) });
  const call = (make, ...values) => inside?.call(make, ...values);
  const json = (value, about) => inside.json(value, about);
  const isOut = () => made.consent.status === DENIED;

  /** A method that does nothing where the visitor refused, which its last argument hears. */
  const gate = method => (...values) => {
    if (!isOut()) return method(...values);
    const callback = values[values.length - 1];
    if (isFunction(callback)) callback(0);
    return undefined;
  };

  /** What goes wrong in a page's own function goes no further. */
  const tell = (callback, ...values) => {
    try {
      if (isFunction(callback)) callback(...values);
    } catch (error) {
      report('a callback threw', error);
    }
  };

  const stores = () => !config.disable_persistence;

  /** Makes a call that records something. `how` may say that it goes alone. */
  function deliver(make, values, record, how, callback) {
    const bits = SHOWN + (make === core.profile ? ANYONE : 0);
    const alone = !batches || how.send_immediately;
    // A beacon has no answer: what the browser says at once is told at once.
    const beacon = alone && (isBeacon(how.transport) || (!how.transport && isBeacon(config.api_transport)));
    const answered = (status, body) => {
      try {
        tell(callback, answerOf(status, body, config.verbose), record);
      } catch (error) {
        report('the answer of the server is no JSON', error);
      }
    };
    way = { beacon };
    call(core.deliver, bits + (alone ? ALONE + (config.verbose ? VERBOSE : 0) : 0), (alone && !beacon && inside?.alone(answered)) || 0);
    call(make, ...values);
    const { sent } = way;
    way = undefined;
    record = inside?.made() ?? record;
    log(record);
    if (beacon) tell(callback, sent ? 1 : 0, record);
    else if (!alone && isFunction(callback)) nextTask(() => tell(callback, isOut() ? 0 : 1, record));
    return record;
  }

  /** Sends an update of a profile or group. `ids` are those of the group. */
  const send = (kind, operation, operand, record, callback, ids = []) => {
    const text = operation.name === '$unset' ? JSON.stringify(operand.map(name => '' + name)) : operand === undefined ? '{}' : json(operand, kind);
    return deliver(kind === 'groups' ? core.group : core.profile, [operation.number, text, ...ids], record, {}, callback);
  };

  const inner = {
    client, gate, report, send, json, entry, config: () => config, number: () => inside?.number,
    keep: texts => texts.forEach(([key, text]) => call(core.keep, key, text)),
    join: (operation, key, ids) => call(core.membership, operation.number, '' + key, listText(ids)),
    profileFacts() {
      const { $os, $browser, $browser_version = null } = JSON.parse(pageFacts(inside?.number));
      return { $os, $browser, $browser_version };
    },
    people: () => profile,
  };

  const listText = ids => '[' + ids.map(id => (isObject(id) ? json(id, 'group') : JSON.stringify(id) ?? 'null')) + ']';

  const track = gate((event, properties, how, callback) => {
    if (!Object(how).skip_hooks) {
      const said = hooked.run('before_track', event, properties);
      if (!said) return undefined;
      [event, properties] = said;
    }
    if (isFunction(how)) [how, callback] = [undefined, how];
    if (event === undefined) return void report('track needs the name of an event');
    if (disabled.all || disabled.names.includes(event)) return void tell(callback, 0);
    const { time, ...rest } = { ...pageProps, ...(isObject(properties) ? properties : {}) };
    // What a page says of when it was.
    const at = time instanceof Date ? +time : +time > 1e11 ? +time : +time * 1000;
    if (at > 0) call(core.asOf, Math.round(at), addressFacts(inside?.number));
    const record = { event, properties: { ...rest, token, distinct_id: own.get_distinct_id() } };
    return deliver(core.track, ['' + event, json(rest, 'track')], record, Object(how), callback);
  });

  const onlyNew = (props, byDefault) => {
    const known = entry();
    return Object.fromEntries(Object.entries(Object(props)).filter(([key]) => known[key] === undefined || known[key] === byDefault));
  };

  /** Sets super properties, of this page or of all. */
  function register(props, how) {
    if (isObject(how) && how.persistent === false) return void Object.assign(pageProps, props);
    const days = isObject(how) ? how.days : how;
    const cookie = cookieOf(inside?.number);
    if (cookie) cookie.identityDays = typeof days === 'number' ? days || null : undefined;
    return call(core.register, json(props, 'register'), false);
  }

  function change(changes) {
    Object.assign(config, changes);
    const { headers, ...native } = running(config);
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

  const listenToSends = () => call(core.setHooks, kinds.some(kind => hooked.has('before_send_' + kind)));

  /** How requests are made. */
  function request(headers) {
    const own = inside?.own?.request;
    if (!own) return;
    own.headers = headers;
    own.query = query(config.api_extra_query_params);
    own.encode = isJson(config) ? undefined : base64;
    own.send = sender(() => ({ way, beacon: way ? way.beacon : isBeacon(config.api_transport), method: config.api_method }));
  }

  /** What the page says of itself, without what the site does not want. */
  const facts = {
    page: all => ({ ...all, mp_loader: config.mp_loader ?? undefined }),
    address: all => (config.track_marketing ? all : { $current_url: all.$current_url }),
    arrival(all) {
      const kept = { ...all };
      const drop = test => Object.keys(kept).forEach(key => test.test(key) && delete kept[key]);
      if (!config.save_referrer) drop(/^\$initial_/);
      if (!config.store_google || config.stop_utm_persistence) drop(/^utm_/);
      return kept;
    },
  };

  const own = {
    track,
    track_pageview: gate((properties, how) => {
      const event = Object(how).event_name || '$mp_web_page_view';
      const facts = Object.entries(viewFacts()).filter(([, value]) => value !== undefined);
      return track(event, { ...Object.fromEntries(facts), ...(isObject(properties) ? properties : {}) });
    }),
    track_with_groups: gate((event, properties, of, callback) => {
      const ids = Object.entries(Object(of)).filter(([, id]) => id !== null && id !== undefined);
      return track(event, { ...properties, ...Object.fromEntries(ids) }, callback);
    }),
    track_links: (...values) => trackLinks(me(), ...values),
    track_forms: (...values) => trackForms(me(), ...values),
    time_event(event) {
      if (event === undefined) report('time_event needs the name of an event');
      else if (!disabled.names.includes(event)) call(core.timeEvent, '' + event);
    },
    register(props, how) {
      const said = hooked.run('before_register', props, how);
      if (said) register(...said);
    },
    register_once(props, byDefault, how) {
      const said = hooked.run('before_register_once', props, byDefault, how);
      if (!said) return;
      [props, byDefault, how] = said;
      if (isObject(how) && how.persistent === false) pageProps = { ...props, ...pageProps };
      else register(onlyNew(props, byDefault === undefined || byDefault === null ? 'None' : byDefault), how);
    },
    unregister(key, how) {
      const said = hooked.run('before_unregister', key, how);
      if (!said) return;
      [key, how] = said;
      if (Object(how).persistent === false) delete pageProps[key];
      else call(core.unregister, '' + key);
    },
    get_property: key => entry()[key],
    get_distinct_id: () => told(core.distinctId),
    identify(id, ...callbacks) {
      const said = hooked.run('before_identify', id);
      if (!said) return -1;
      [id] = said;
      const before = own.get_distinct_id();
      if (id !== undefined && id !== null && id !== before) {
        if (('' + id).startsWith('$device:')) {
          report('the id of a user cannot begin with $device:');
          return -1;
        }
        // Without batches the event of it is under way first.
        deliver(core.identify, ['' + id], {}, {});
        // Of an id that is refused nothing is known, and what waits for one goes on waiting.
        const known = told(core.entry);
        if (known && known.$user_id !== '' + id) return undefined;
      }
      profile.named(callbacks);
      return undefined;
    },
    alias(id, original) {
      if (id === entry().$people_distinct_id) {
        report('this alias is the id of a profile already');
        return -2;
      }
      const of = original === undefined ? own.get_distinct_id() : original;
      if (id === of) {
        report('this alias is the id of the visitor already');
        own.identify(id);
        return -1;
      }
      const record = { event: '$create_alias', properties: { alias: id, distinct_id: of, token } };
      if (isOut()) return undefined;
      return deliver(core.alias, ['' + id, original === undefined ? undefined : '' + original], record, {}, () => own.identify(id));
    },
    reset() {
      profile.forget();
      call(core.reset);
      if (inside?.own) call(core.register, arrivalFacts(inside.number), false);
    },
    name_tag: tag => own.register({ mp_name_tag: tag }),
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
      if (!isOut()) call(core.sending, true);
    },
    stop_batch_senders() {
      stopped = true;
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
  const made = client_(token, config, oldRefusal, start, report, given => {
    inside = given;
    if (!inside.own) return;
    inside.own.facts = facts;
    inside.own.hook = (kind, record) => hooked.run('before_send_' + kinds[kind], record)?.[0];
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
    if (!isServer()) takeOver();
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
    const { $initial_referrer, $initial_referring_domain } = entry();
    if ($initial_referrer && !known.includes('$initial_referrer')) own.people.set_once({ $initial_referrer, $initial_referring_domain });
  }

  async function takeOver() {
    const { status, source } = made.consent;
    if (status === DENIED && source !== 'default') {
      if (source !== SIGNAL || isOut()) removeQueues(token);
      removeTraces(token, name);
      return;
    }
    if (!(await made.ready) || made.consent.status !== GRANTED) return;
    await adoptQueues(token, (kind, record, at) => made.consent.status === GRANTED && inside.adopt(kind, record, at)).catch(error => report('what was left could not be read', error));
  }

  return { own, begin, stores, now };
}

/** The client, without options that it does not take: a page that worked goes on. */
function client_(token, config, oldRefusal, start, report, extend) {
  const make = all => create(start.runtime(), token, { ...all, onError: error => report(error.message, error) }, start.reason, undefined, extend);
  const all = options(config, oldRefusal);
  for (;;) {
    try {
      return make(all);
    } catch (error) {
      report(error.message, error);
      if (error.code === 'invalid_token') {
        token = 'none';
        all.consent = { default: 'denied' };
      } else if (/^(apiHost|routes)/.test(error.about)) {
        all.apiHost = NOWHERE;
        delete all.routes;
      } else if (!remove(all, error.about)) all.consent = { default: 'denied' };
    }
  }
}

/** Takes an option out, by its name with dots; false where it is not there. */
function remove(all, path) {
  const parts = ('' + path).split('.');
  const last = parts.pop();
  const group = parts.reduce((object, part) => Object(object)[part], all);
  return !!group && group[last] !== undefined && delete group[last];
}
