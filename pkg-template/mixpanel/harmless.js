// What mixpanel-browser has and this has not: it answers as it does where the feature is off.

const warned = new Set();

/** Tells of a feature once a page. */
export function warnOnce(feature) {
  if (warned.has(feature)) return;
  warned.add(feature);
  console.warn('consentry/mixpanel has no ' + feature + ': nothing happens. See the migration guide.');
}

const off = (feature, answer) => (...values) => {
  warnOnce(feature);
  return answer(...values);
};

const later = answer => (...values) => Promise.resolve(answer(...values));

const variant = (_, fallback) => ({ ...fallback, variant_source: 'fallback', fallback_reason: 'NOT_READY' });
const value = (_, fallback) => fallback;
const none = () => undefined;
const all = () => new Map();

export const flags = () => {
  const answers = {
    are_flags_ready: () => false,
    get_variant_sync: variant,
    get_variant: later(variant),
    get_variant_value_sync: value,
    get_variant_value: later(value),
    get_feature_data: value,
    get_all_variants_sync: all,
    get_all_variants: later(all),
    is_enabled_sync: (_, fallback = false) => !!fallback,
    is_enabled: later((_, fallback = false) => !!fallback),
    load_flags: later(none),
    when_ready: later(none),
    update_context: later(none),
  };
  return Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, off('feature flags', answer)]));
};

const recorder = answer => off('session recording', answer);

export const recording = {
  start_session_recording: recorder(later(none)),
  stop_session_recording: recorder(later(none)),
  pause_session_recording: recorder(later(none)),
  resume_session_recording: recorder(later(none)),
  get_session_recording_properties: () => ({}),
  get_session_replay_url: () => null,
  get_tab_id: () => null,
  is_recording_heatmap_data: () => false,
};

const bots = new RegExp(
  'ahrefsbot|ahrefssiteaudit|amazonbot|baiduspider|bingbot|bingpreview|chrome-lighthouse|facebookexternal|petalbot|pinterest|screaming frog|' +
    'yahoo! slurp|yandex|adsbot-google|apis-google|duplexweb-google|feedfetcher-google|google favicon|google web preview|google-read-aloud|' +
    'googlebot|googleweblight|mediapartners-google|storebot-google',
  'i',
);

/** Whether the browser says that it is one of the robots whose events do not count. */
export const isBot = () => bots.test(globalThis.navigator?.userAgent);
