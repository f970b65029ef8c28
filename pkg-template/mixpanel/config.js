// The options as mixpanel-browser has them, their defaults, and what they are for the client behind
// the drop-in.
import { plain, protectedNames } from '../generated/options.js';
import { isObject } from '../encode.js';

const noop = () => {};

/** The paths of the requests of a kind. */
export const DEFAULT_API_ROUTES = { track: 'track/', engage: 'engage/', groups: 'groups/', record: 'record/', flags: 'flags/', settings: 'settings/' };

export const defaults = () => ({
  api_host: 'https://api-js.mixpanel.com', api_hosts: {}, api_routes: DEFAULT_API_ROUTES, api_extra_query_params: {},
  api_method: 'POST', api_transport: 'XHR', api_payload_format: 'base64', app_host: 'https://mixpanel.com', cdn: 'https://cdn.mxpnl.com',
  lib_base_path: 'https://cdn.mxpnl.com/libs/', loaded: noop, error_reporter: noop, hooks: {}, debug: false, verbose: false, test: false,
  img: false, ip: true, xhr_headers: {}, property_blacklist: [], persistence: 'cookie', persistence_name: '', cookie_name: '',
  cookie_domain: '', cookie_expiration: 365, cross_subdomain_cookie: true, cross_site_cookie: false, secure_cookie: false,
  disable_persistence: false, disable_cookie: false, upgrade: false, batch_requests: true, batch_size: 50, batch_flush_interval_ms: 5000,
  batch_request_timeout_ms: 90000, batch_autostart: true, opt_out_tracking_by_default: false, opt_out_persistence_by_default: false,
  opt_out_tracking_persistence_type: 'localStorage', opt_out_tracking_cookie_prefix: null, ignore_dnt: false, save_referrer: true,
  store_google: true, stop_utm_persistence: false, skip_first_touch_marketing: false, track_marketing: true, mp_loader: null,
  track_pageview: false, track_links_timeout: 300, autocapture: false, flags: false, targeting_src: null, remote_settings_mode: 'disabled',
  record_sessions_percent: 0, record_min_ms: 0, record_max_ms: 86400000, record_idle_timeout_ms: 1800000, record_mask_inputs: true,
  record_block_class: /^(mp-block|fs-exclude|amp-block|rr-block|ph-no-capture)$/, record_block_selector: 'img, video, audio',
  record_canvas: false, record_collect_fonts: false, record_console: true, record_network: false, record_network_options: {},
  record_heatmap_data: false, record_allowed_iframe_origins: [], recording_event_triggers: {}, recorder_src: null,
});

/** What is accepted and has no effect, by a word for the warning, with whether it was asked for. */
export const without = [
  ['autocapture', ({ autocapture }) => autocapture && Object.keys(Object(autocapture)).join() !== 'pageview'],
  ['flags', ({ flags }) => flags],
  ['remote_settings_mode', ({ remote_settings_mode: mode }) => mode === 'fallback' || mode === 'strict'],
  ['session recording', config => config.record_sessions_percent > 0 || Object.keys(Object(config.recording_event_triggers)).length],
  ['record_heatmap_data', config => config.record_heatmap_data],
  ['img', ({ img }) => img],
  ['test', ({ test }) => test],
  ['upgrade', ({ upgrade }) => upgrade],
];

/** A kind of record by the names that `api_hosts` has for it, and its route. */
const kinds = [['events', 'track', 'track'], ['people', 'engage', 'engage'], ['groups', 'groups', 'groups']];

/** A whole number within limits; nothing where it is none. */
const whole = (value, most) => (Number.isFinite(+value) && +value > 0 ? Math.min(most, Math.max(1, Math.round(+value))) : undefined);

const text = value => (typeof value === 'string' && value && plain.test(value) ? value : undefined);

/** A host as a page may write it: without a scheme's slashes, or a path of the page's own origin. */
const absolute = host => {
  try {
    return text(new URL(host, location.href).href.replace(/\/$/, ''));
  } catch {}
};

/** Where nothing can arrive: an address that cannot be used must not mean another. */
export const NOWHERE = 'https://unusable.invalid';

const hostOf = (config, kind) => {
  const [names] = kinds.filter(names => names.includes(kind));
  const own = Object(config.api_hosts);
  return own[(names || [kind]).find(name => own[name])] || config.api_host;
};

function routes(config) {
  const own = Object(config.api_routes);
  const all = {};
  for (const [kind, , route] of kinds) {
    const host = hostOf(config, kind);
    const path = typeof own[route] === 'string' ? own[route] : DEFAULT_API_ROUTES[route];
    if (host !== config.api_host) all[route] = (absolute(host) ?? NOWHERE) + '/' + path;
    else if (path !== DEFAULT_API_ROUTES[route]) all[route] = path || undefined;
  }
  return all;
}

/** The options that may change while an instance works, for the client. `store` is where the identity is. */
export function running(config, store = config.persistence) {
  const listed = Array.isArray(config.property_blacklist) ? config.property_blacklist : [];
  return {
    apiHost: absolute(config.api_host) ?? NOWHERE,
    routes: routes(config),
    geolocation: !!config.ip,
    persistence: config.disable_persistence || config.disable_cookie ? 'memory' : store === 'localStorage' ? 'localStorage' : 'cookie',
    propertyBlacklist: listed.filter(name => text(name) && !protectedNames.includes(name)),
    batch: {
      size: whole(config.batch_size, 2000),
      flushIntervalMs: whole(config.batch_flush_interval_ms, 3600000),
      requestTimeoutMs: whole(config.batch_request_timeout_ms, 3600000),
    },
    headers: isObject(config.xhr_headers) ? Object.fromEntries(Object.entries(config.xhr_headers).map(([name, value]) => [name, '' + value])) : {},
  };
}

/** The options that say how cookies are written. */
export const writing = ['cookie_domain', 'cross_subdomain_cookie', 'cross_site_cookie', 'secure_cookie', 'cookie_expiration'];

/** How cookies are written, by options or by what a call gives instead. */
export const cookieOptions = config => ({
  domain: text(config.cookie_domain),
  crossSubdomain: !!config.cross_subdomain_cookie,
  sameSite: config.cross_site_cookie ? 'none' : undefined,
  secure: config.secure_cookie ? true : undefined,
  expiresDays: whole(config.cookie_expiration, 36500),
  session: !whole(config.cookie_expiration, 36500),
});

/** All options, for the client. `isRefused` says that the visitor refused once, in an old way. */
export const options = (config, isRefused) => ({
  ...running(config),
  anonymizeIds: config.anonymizeIds,
  minimize: config.minimize,
  persistenceName: text(config.persistence_name) || text(config.cookie_name),
  consent: {
    default: config.opt_out_tracking_by_default || isRefused ? 'denied' : 'granted',
    storage: config.opt_out_tracking_persistence_type === 'cookie' ? 'cookie' : 'localStorage',
    prefix: text(config.opt_out_tracking_cookie_prefix),
    // As mixpanel-browser does; a site can ask for more.
    gpc: ['honor', 'enforce'].includes(config.gpc) ? config.gpc : 'ignore',
    dnt: config.ignore_dnt ? 'ignore' : 'enforce',
    cookie: cookieOptions(config),
  },
});
