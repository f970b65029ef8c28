// The visitor's choice, by mixpanel-browser's names. The decision is the client's; what a call says of
// stores is kept there besides, where that call would look for it.
import { DEFAULT, DENIED, GRANTED, PREFIX } from '../generated/names.js';
import { writeCookie, writeLocal, readCookie, readLocal } from '../generated/stores.js';
import { cookieOptions } from './config.js';
import { cookieOf, removeTraces } from './left.js';

/** Options of a call that say where the flag is. */
const stores = ['persistence_type', 'cookie_prefix', 'cookie_expiration', 'cookie_domain', 'cross_site_cookie', 'cross_subdomain_cookie', 'secure_cookie'];

export function consent(instance, inner) {
  const { client, number, config, people } = inner;

  /** Where a call looks for the flag, if that is not where the decision is. */
  function elsewhere(options) {
    if (!stores.some(name => options[name] !== undefined)) return undefined;
    const all = { ...config(), ...options };
    const isCookie = (options.persistence_type ?? config().opt_out_tracking_persistence_type) === 'cookie';
    const key = (options.cookie_prefix || config().opt_out_tracking_cookie_prefix || PREFIX) + config().token;
    const write = value => {
      if (!isCookie) return writeLocal(key, value);
      const own = cookieOf(number());
      if (!own) return undefined;
      const before = { ...own };
      Object.assign(own, cookieOptions(all), { found: undefined });
      writeCookie(number(), key, value);
      return void Object.assign(own, { ...cookieOptions(all), ...before, found: before.found });
    };
    return { read: () => (isCookie ? readCookie(key) : readLocal(key))?.slice(1).split('\n'), write, isDecision: key === (config().opt_out_tracking_cookie_prefix || PREFIX) + config().token && isCookie === (config().opt_out_tracking_persistence_type === 'cookie') };
  }

  const isIn = () => client().consent.status === GRANTED && client().consent.source !== DEFAULT;

  return {
    opt_in_tracking(given) {
      const options = Object(given);
      const wasIn = isIn();
      client().optIn({ event: false, via: 'api' });
      if (client().consent.status !== GRANTED) return;
      const place = elsewhere(options);
      if (place && !place.isDecision) place.write('1');
      // It says that somebody agreed, so who had agreed before does not say it again.
      if (wasIn) return;
      const track = typeof options.track === 'function' ? options.track : instance.track;
      track(options.track_event_name || '$opt_in', options.track_properties, { send_immediately: true });
    },
    opt_out_tracking(given) {
      const options = { delete_user: true, ...Object(given) };
      const wasOut = client().consent.status === DENIED;
      client().optOut({ deleteProfile: !!options.delete_user && !wasOut && people().isNamed(), via: 'api' });
      people().forget();
      const place = elsewhere(options);
      if (place && !place.isDecision) place.write('0');
      removeTraces(config().token, config().name);
    },
    clear_opt_in_out_tracking(given) {
      const place = elsewhere(Object(given));
      if (place && !place.isDecision) return place.write(undefined);
      return void client().resetConsent();
    },
    has_opted_in_tracking(given) {
      const place = elsewhere(Object(given));
      if (place && !place.isDecision) return !!place.read()?.includes('1') && !place.read().includes('0');
      return isIn();
    },
    has_opted_out_tracking(given) {
      const place = elsewhere(Object(given));
      if (place && !place.isDecision) return !!place.read()?.includes('0') || client().consent.source === 'signal';
      return client().consent.status === DENIED;
    },
  };
}
