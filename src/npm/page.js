// What the page says about itself, as JSON objects of properties with the names and values
// mixpanel-js gives them. Facts only: which of them leave is decided by the core.

import { clients, guarded, ofDocument } from './host.js';

/**
 * Mark in vendor and user agent, browser, and the word before its version where that is not the
 * mark. The first match wins: those that pretend to be another come first. Browsers that cannot run
 * wasm are not here, no event comes from them.
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

/**
 * U+FFFD. Written as any text, a bundler makes it a character, which a page of another encoding
 * spoils.
 */
const replacement = new TextDecoder().decode(Uint8Array.of(255));

/**
 * At most 255 UTF-16 units of a text, as mixpanel-js cuts them, and never half a character: no
 * server can store one.
 */
export const cut = text => text.slice(0, 255 - (text.codePointAt(254) > 0xffff)).replace(/\p{Cs}/gu, replacement);

/** The first row of a table whose mark is in the text. */
const first = (table, text) => table.split(';').map(row => row.split(',')).find(([mark]) => new RegExp(mark).test(text)) || [];

const domain = address => {
  try {
    // An error is dear even where it is caught.
    return address ? new URL(address).hostname : undefined;
  } catch {}
};

/** The parameters of those names in the address, without the empty ones. */
const parameters = names => {
  const { search } = location;
  if (!search) return {};
  const query = new URLSearchParams(search);
  return Object.fromEntries(names.map(name => [name, query.get(name) || undefined]));
};

function page() {
  const { userAgent, vendor } = navigator;
  const referrer = ofDocument('referrer');
  // The vendor stands first, so that a mark may ask for both.
  const [mark, $browser, before = mark] = first(browsers, vendor + ' ' + userAgent);
  const [, $os, $device] = first(systems, userAgent);
  const version = new RegExp(before + '/(\\d+(\\.\\d+)?)').exec(userAgent);
  return {
    $os,
    $browser,
    $referrer: referrer || undefined,
    $referring_domain: domain(referrer),
    $device,
    $browser_version: +version?.[1], // JSON makes null of no number
    $screen_height: screen?.height,
    $screen_width: screen?.width,
    mp_lib: 'web',
  };
}

const place = () => ({ $current_url: location.href, ...parameters(utm), ...parameters(clickIds) });

/**
 * How the visitor came. Names that begin with `$initial_` are remembered from the first visit, the
 * others until there is a newer one.
 */
function arrival() {
  const referrer = ofDocument('referrer');
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

// Some pages give every object a `toJSON`.
const json = facts => JSON.stringify({ __proto__: null, ...facts }, (_, value) => (typeof value === 'string' ? cut(value) : value));

/** Facts as a client wants them: some leave out campaigns or the referrer, or what is personal. */
const wanted = (client, which, facts) => {
  const own = clients[client];
  const text = json(own?.facts?.[which]?.(facts) ?? facts);
  return own?.minimal ? own.minimal(text) : text;
};

export const pageFacts = guarded('{}', client => wanted(client, 'page', page()));
export const arrivalFacts = guarded('{}', client => wanted(client, 'arrival', arrival()));

let url;
let number = 0;

/** A number for the address the page has now; another one when it has changed. */
export const address = guarded(0, () => {
  const now = ofDocument('URL'); // as `location.href`, which makes a new text each time
  if (now !== url) number++;
  url = now;
  return number;
});

let known;
let knownFor;

/**
 * What the address says. It is asked for with every call until the core runs, so it is worked out
 * once.
 */
export const addressFacts = guarded('{}', client => {
  if (clients[client]?.facts || clients[client]?.minimal) return wanted(client, 'address', place());
  if (knownFor !== address()) known = json(place());
  knownFor = number;
  return known;
});

/** What an event says that a page was seen. */
export const viewFacts = () => ({
  current_page_title: document.title || undefined,
  current_domain: location.hostname,
  current_url_path: location.pathname,
  current_url_protocol: location.protocol,
  current_url_search: location.search || undefined,
});

/** The campaign that the address names, for what is remembered of it. */
export const campaign = guarded(undefined, () => parameters(utm));

// The browser's privacy signals, also for the shell that answers where wasm cannot run.

/**
 * Whether a browser's value for a signal means "on": the standard values, and those of old
 * browsers.
 */
const isOn = value => /^(1|true|yes)$/.test(value);

// On a server there may be no navigator to ask.
export const gpc = guarded(false, () => isOn(globalThis.navigator?.globalPrivacyControl));
export const dnt = guarded(false, () => isOn(globalThis.navigator?.doNotTrack) || isOn(globalThis.navigator?.msDoNotTrack) || isOn(globalThis.doNotTrack));

/**
 * What the page makes of a record before it leaves; nothing where it is not to leave. `hook` is
 * the page's own, and may call a client: that call waits until the core has returned.
 */
export const beforeSend = (client, kind, record) => guarded(record, () => {
  const said = clients[client].hook(kind, JSON.parse(record));
  return said == null ? undefined : JSON.stringify(said);
})();

// Whether somebody sees the page. One that is prerendered may never be shown.

export const unseen = guarded(false, () => Object.hasOwn(Document.prototype, 'prerendering') && ofDocument('prerendering'));

/** Ends when a page that is unseen is shown. */
export const shown = () =>
  new Promise(resolve => guarded(undefined, () => EventTarget.prototype.addEventListener.call(document, 'prerenderingchange', resolve))());

// Chance.

/**
 * Asking the browser for one number costs as much as the rest of an event, and for many no more
 * than for one.
 */
const numbers = new Uint32Array(256);
let unused = 0;

export function random() {
  if (!unused) {
    try {
      crypto.getRandomValues(numbers);
    } catch {
      // Ids must differ even so. Nobody has to be unable to guess them.
      numbers.forEach((_, at) => (numbers[at] = Math.random() * 2 ** 32));
    }
    unused = numbers.length;
  }
  return numbers[--unused];
}
