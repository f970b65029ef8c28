// Takes over from mixpanel-browser's snippet: lists of calls in the place of instances, `_i` with what
// each is made of.

/** The order of calls: what the visitor chose before all, and what is tracked after what it is about. */
const ranks = [/^(opt_|clear_opt)/, /^people\./, /^alias$/, /^(?!.*track)/, /^/];

const nameOf = item => (Array.isArray(item) && !Array.isArray(item[0]) ? '' + item[0] : '');
const rankOf = item => (typeof item === 'function' ? 3 : ranks.findIndex(rank => rank.test(nameOf(item))));

/** The calls in a list and in that of its profile, in their order. */
export function callsOf(stub) {
  const people = Array.from(stub.people ?? [], ([method, ...values]) => ['people.' + method, ...values]);
  const all = [...people, ...Array.from(stub)];
  return all.map((item, at) => [rankOf(item), at, item]).sort(([a, first], [b, then]) => a - b || first - then).map(([, , item]) => item);
}

/** Puts the library where the snippet is, and does what waited. */
export function load(make) {
  const stub = window.mixpanel;
  if (stub?.__loaded || (stub?.__SV && stub.__SV < 1.1)) return void console.error('mixpanel: loaded already, or by an old snippet');
  const mixpanel = make();
  const given = Array.from(stub?._i ?? []);
  window.mixpanel = mixpanel;
  for (const [token, config, name] of given) {
    const isPrimary = name === undefined || name === 'mixpanel';
    const calls = callsOf((isPrimary ? stub : stub[name]) ?? []);
    mixpanel.init(token, config, isPrimary ? undefined : name, own => calls.forEach(item => own.push(item)));
  }
}
