// What the page says about itself, as JSON objects of properties with the names and values mixpanel-js gives them.
// Facts only: which of them leave is decided by the core.

/** Mark in the user agent, browser, and what its version follows. The first match wins: those that pretend to be another come first. */
const browsers = [
  ['Opera Mini', 'Opera Mini'],
  ['OPR/', 'Opera'],
  ['Opera', 'Opera', 'Version'],
  ['BlackBerry|PlayBook|BB10', 'BlackBerry', 'BlackBerry|Version'],
  ['IEMobile|WPDesktop', 'Internet Explorer Mobile', 'rv:|IEMobile'],
  ['SamsungBrowser/', 'Samsung Internet', 'SamsungBrowser'],
  ['Edge|Edg/', 'Microsoft Edge', 'Edge?'],
  ['FBIOS', 'Facebook Mobile'],
  ['Whale/', 'Whale Browser', 'Whale'],
  ['Chrome', 'Chrome'],
  ['CriOS', 'Chrome iOS'],
  ['UCWEB|UCBrowser', 'UC Browser', 'UCBrowser'],
  ['FxiOS', 'Firefox iOS'],
  ['Konqueror', 'Konqueror'],
  ['Firefox', 'Firefox'],
  ['MSIE |Trident/', 'Internet Explorer', 'MSIE |rv:'],
  ['Apple.*Mobile', 'Mobile Safari', 'Version'],
  ['Apple(?!WebKit)', 'Safari', 'Version'],
  ['Android', 'Android Mobile', 'Version'],
  ['Gecko', 'Mozilla', 'rv:'],
];

/** Mark, system, device. */
const systems = [
  ['Windows Phone', 'Windows Phone', 'Windows Phone'],
  ['Windows', 'Windows'],
  ['iPad', 'iOS', 'iPad'],
  ['iPod', 'iOS', 'iPod Touch'],
  ['iPhone', 'iOS', 'iPhone'],
  ['Android', 'Android', 'Android'],
  ['BlackBerry|PlayBook|BB10', 'BlackBerry', 'BlackBerry'],
  ['Mac', 'Mac OS X'],
  ['CrOS', 'Chrome OS'],
  ['Linux', 'Linux'],
];

const utm = 'source medium campaign content term id source_platform campaign_id creative_format marketing_tactic'
  .split(' ')
  .map(name => 'utm_' + name);
const clickIds = 'dclid fbclid gclid ko_click_id li_fat_id msclkid sccid ttclid twclid wbraid'.split(' ');

const first = (table, text) => table.find(([mark]) => new RegExp(mark).test(text)) || [];

const domain = address => {
  try {
    return new URL(address).hostname;
  } catch {
    return '';
  }
};

/** The properties of that name that the address has, without the empty ones. */
function parameters(names) {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(names.map(name => [name, query.get(name)]).filter(([, value]) => value));
}

function page() {
  const { userAgent, vendor } = navigator;
  // The vendor stands first, so that a mark may ask for both.
  const agent = vendor + ' ' + userAgent;
  const [mark, $browser, before = mark] = first(browsers, agent);
  const [, $os, $device] = first(systems, userAgent);
  const version = new RegExp(`(?:${before})[ /]?(\\d+(?:\\.\\d+)?)`).exec(userAgent);
  return {
    $os,
    $browser,
    $referrer: document.referrer || undefined,
    $referring_domain: domain(document.referrer) || undefined,
    $device,
    $browser_version: version ? +version[1] : null,
    $screen_height: screen.height,
    $screen_width: screen.width,
    mp_lib: 'web',
  };
}

const address = () => ({ $current_url: location.href, ...parameters([...utm, ...clickIds]) });

const arrival = () => ({
  $initial_referrer: document.referrer || '$direct',
  $initial_referring_domain: domain(document.referrer) || '$direct',
});

function campaign() {
  const [, engine] = /(?:^|\.)(google|bing|yahoo|duckduckgo)\./.exec(domain(document.referrer)) || [];
  const keyword = engine && new URL(document.referrer).searchParams.get(engine === 'yahoo' ? 'p' : 'q');
  return { ...parameters(utm), $search_engine: engine, mp_keyword: keyword || undefined };
}

let known = '';
let knownFor;

/** One set of facts: 0 of the page, 1 of its address, 2 of the arrival, 3 of the newest campaign. */
export function facts(which) {
  if (which !== 1) return JSON.stringify([page, , arrival, campaign][which]());
  // Asked for with every event, so it is worked out once an address.
  if (knownFor !== location.href) {
    knownFor = location.href;
    known = JSON.stringify(address());
  }
  return known;
}
