// What answers where wasm cannot run, or does not run yet. It records nothing and sends nothing, and it still reads and keeps the visitor's
// decision, by the rules of the core's `decide` (the same test vectors run against both).
import { dnt, gpc } from './generated/host.js';
import { read, write } from './generated/stores.js';

const isOn = value => /^(1|true|yes)$/.test(value);

export function shell(handle, token, { consent = {} }) {
  const { storage, prefix = '__mp_opt_in_out_', policyVersion = '', maxAgeDays, default: byDefault = 'pending' } = consent;
  const flagKey = prefix + token;
  const recordKey = 'consentry_' + token;
  // The configured store first; `true` is the cookie.
  const stores = storage === 'cookie' ? [true, false] : [false, true];
  let here;

  const flag = cookie => {
    const lines = read(handle, cookie, flagKey)?.slice(1).split('\n');
    return lines && (lines.includes('0') ? '0' : lines.every(line => line === '1') ? '1' : '');
  };
  const forget = key => stores.forEach(cookie => read(handle, cookie, key) === '' || write(handle, cookie, key));
  const signal = () => {
    const modes = [isOn(gpc()) && (consent.gpc || 'honor'), isOn(dnt()) && (consent.dnt || 'honor')];
    return modes.includes('enforce') ? 'enforce' : modes.includes('honor') && 'honor';
  };

  function stored() {
    const flags = stores.map(flag);
    const value = flags.includes('0') ? '0' : flags[0] === undefined ? undefined : flags.includes('1') ? '1' : '';
    if (!value) return { value };
    const at = stores[flags.indexOf(value)];
    let record;
    try {
      record = JSON.parse(read(handle, at, recordKey).slice(1));
    } catch {}
    if (record?.status !== (value === '1' ? 'granted' : 'denied')) record = undefined;
    const proven =
      (!maxAgeDays || Date.now() - record?.decidedAt < maxAgeDays * 86_400_000) &&
      (!policyVersion || record?.policyVersion === policyVersion);
    return { value, record, store: at ? 'cookie' : 'localStorage', current: proven || (value === '0' && !record) };
  }

  function consentNow() {
    if (here) return here;
    const { value, record, store, current } = stored();
    const asked = signal();
    const [status, source] =
      value === '0' && current ? ['denied', 'stored']
      : asked === 'enforce' ? ['denied', 'signal']
      : value === undefined ? ['denied', 'fault']
      : value === '1' && current ? ['granted', 'stored']
      : asked ? ['denied', 'signal']
      : value ? ['pending', 'stored']
      : [byDefault, 'default'];
    return { status, source, store, record };
  }

  function keep(granted, extras) {
    if (granted && signal() === 'enforce') return;
    const status = granted ? 'granted' : 'denied';
    const value = granted ? '1' : '0';
    const record = { status, decidedAt: Date.now(), ...(policyVersion && { policyVersion }), ...extras };
    const at = stores.find(cookie => {
      write(handle, cookie, flagKey, value);
      return read(handle, cookie, flagKey) === '=' + value;
    });
    if (at !== undefined) {
      write(handle, at, recordKey, JSON.stringify(record));
      write(handle, !at, flagKey);
      write(handle, !at, recordKey);
    }
    const store = stored().value === value ? stored().store : undefined;
    if (!granted) purge();
    here = { status, source: granted || store ? 'visitor' : 'fault', store, record };
  }

  const purge = () =>
    ['mp_' + token + '_mixpanel', ...['_ev', '_pp', '_gr'].map(kind => '__mpq_' + token + kind)].forEach(forget);

  return {
    consent: consentNow,
    optIn: extras => keep(true, extras),
    optOut: extras => keep(false, extras),
    resetConsent() {
      here = undefined;
      purge();
      forget(flagKey);
      forget(recordKey);
    },
  };
}
