// What the page says about itself, as JSON objects of properties with the names and values mixpanel-js gives them.
// Facts only: which of them leave is decided by the core.

/**
 * Mark in vendor and user agent, browser, and the word before its version where that is not the mark. The first match wins: those that
 * pretend to be another come first. Browsers that cannot run wasm are not here, no event comes from them.
 */
const browsers =
  'OPR,Opera;SamsungBrowser,Samsung Internet;Edge?,Microsoft Edge;Chrome,Chrome;CriOS,Chrome iOS;FxiOS,Firefox iOS;Firefox,Firefox;' +
  'Apple.*Mobile,Mobile Safari,Version;Apple C,Safari,Version';

/** Mark, system, device. */
const systems =
  'Windows,Windows;iPad,iOS,iPad;iPod,iOS,iPod Touch;iPhone,iOS,iPhone;Android,Android,Android;Mac,Mac OS X;CrOS,Chrome OS;Linux,Linux';

const utm = 'source medium campaign content term id source_platform campaign_id creative_format marketing_tactic'
  .split(' ')
  .map(name => 'utm_' + name);
const clickIds = 'dclid fbclid gclid ko_click_id li_fat_id msclkid sccid ttclid twclid wbraid'.split(' ');

/** U+FFFD. Written as any text, a bundler makes it a character, which a page of another encoding spoils. */
const replacement = new TextDecoder().decode(Uint8Array.of(255));

/** At most 255 UTF-16 units of a text, as mixpanel-js cuts them, and never half a character: no server can store one. */
export const cut = text => text.slice(0, 255 - (text.codePointAt(254) > 0xffff)).replace(/\p{Cs}/gu, replacement);

/** The first row of a table whose mark is in the text. */
const first = (table, text) => table.split(';').map(row => row.split(',')).find(([mark]) => new RegExp(mark).test(text)) || [];

const domain = address => {
  try {
    return new URL(address).hostname;
  } catch {}
};

/** The parameters of those names in the address, without the empty ones. */
const parameters = names => {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(names.map(name => [name, query.get(name) || undefined]));
};

function page() {
  const { userAgent, vendor } = navigator;
  // The vendor stands first, so that a mark may ask for both.
  const [mark, $browser, before = mark] = first(browsers, vendor + ' ' + userAgent);
  const [, $os, $device] = first(systems, userAgent);
  const version = new RegExp(before + '/(\\d+(\\.\\d+)?)').exec(userAgent);
  return {
    $os,
    $browser,
    $referrer: document.referrer || undefined,
    $referring_domain: domain(document.referrer),
    $device,
    $browser_version: +version?.[1], // JSON makes null of no number
    $screen_height: screen.height,
    $screen_width: screen.width,
    mp_lib: 'web',
  };
}

const address = () => ({ $current_url: location.href, ...parameters(utm), ...parameters(clickIds) });

/** How the visitor came. Names that begin with `$initial_` are remembered from the first visit, the others until there is a newer one. */
function arrival() {
  const { referrer } = document;
  const [, $search_engine] = /(?:^|\.)(google|bing|yahoo|duckduckgo)\./.exec(domain(referrer)) || [];
  const keyword = $search_engine && new URL(referrer).searchParams.get($search_engine === 'yahoo' ? 'p' : 'q');
  return {
    $initial_referrer: referrer || '$direct',
    $initial_referring_domain: domain(referrer) || '$direct',
    ...parameters(utm),
    $search_engine,
    mp_keyword: keyword || undefined,
  };
}

const json = facts => JSON.stringify(facts(), (_, value) => (typeof value === 'string' ? cut(value) : value));

let known;
let knownFor;

/** What the address says. Asked for with every call, so it is worked out once. */
export function here() {
  const url = document.URL; // as `location.href`, which makes a new text each time
  if (url !== knownFor) known = json(address);
  knownFor = url;
  return known;
}

let pinned;
/** From now on the core hears of this address; nothing for where the page is. */
export const pin = address => void (pinned = address);

/** One set of facts: 0 of the page, 1 of its address, 2 of the arrival. */
export const facts = which => (which === 1 ? pinned || here() : json(which ? arrival : page));
