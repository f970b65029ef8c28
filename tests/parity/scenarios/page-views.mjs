// Page views, by call and by themselves; what the address and the referrer say.
import { fn, init, page, scenario, stored, undef, unbatched, wait } from '../words.mjs';

const campaign = '?utm_source=news&utm_medium=mail&utm_campaign=may&utm_content=c&utm_term=t&utm_id=7';
const clicks = '?gclid=g1&fbclid=f1&dclid=d1&ko_click_id=k1&li_fat_id=l1&msclkid=m1&sccid=s1&ttclid=t1&twclid=w1&wbraid=b1';
const at = (query, referrer) => ({ page: { query, referrer } });

export default [
  scenario('a page view', [init(), ['track_pageview']]),
  scenario('a page view with properties', [init(), ['track_pageview', { a: 1, current_page_title: 'mine' }]]),
  scenario('a page view under another name', [init(), ['track_pageview', {}, { event_name: 'Seen' }]]),
  scenario('a page view of no object', [init(), ['track_pageview', 'text'], ['track_pageview', null], ['track_pageview', undef]]),
  scenario('a page view without a batch', [init(unbatched), ['track_pageview', { a: 1 }], wait(10)]),
  scenario('a page view with a campaign', [init(), ['track_pageview']], at(campaign)),
  scenario('a page view with click ids', [init(), ['track_pageview']], at(clicks)),
  scenario('by itself', [init({ track_pageview: true }), wait(10), ['track', 'A']]),
  scenario('by itself before it is loaded', [init({ track_pageview: true, loaded: fn('loaded', { calls: [['track', 'In loaded']] }) }), ['track', 'A']]),
  scenario('by itself at each address', [init({ track_pageview: 'full-url' }), { go: '?two' }, wait(10), { hash: '#three' }, wait(10), { replace: '?four' }, wait(10)]),
  scenario('by itself at each path', [init({ track_pageview: 'url-with-path' }), { go: '?two' }, wait(10), { go: 'other' }, wait(10), { hash: '#x' }, wait(10)]),
  scenario('by itself at each path and query', [init({ track_pageview: 'url-with-path-and-query-string' }), { go: '?two' }, wait(10), { hash: '#x' }, wait(10), { go: 'other' }, wait(10)]),
  scenario('by itself at the same address', [init({ track_pageview: true }), { go: '' }, wait(10), { replace: '' }, wait(10)]),
  scenario('by itself through autocapture', [init({ autocapture: { pageview: 'full-url', click: false, input: false, scroll: false, submit: false } }), { go: '?two' }, wait(10)]),
  scenario('by itself after an opt-out', [init({ track_pageview: true }), wait(10), ['opt_out_tracking'], { go: '?two' }, wait(10)]),
  scenario('a campaign', [init(), ['track', 'A'], stored], at(campaign)),
  scenario('a campaign that is not tracked', [init({ track_marketing: false }), ['track', 'A']], at(campaign)),
  scenario('a campaign that is not stored', [init({ stop_utm_persistence: true }), ['track', 'A'], page(), init({ stop_utm_persistence: true }), ['track', 'B']], at(campaign)),
  scenario('a campaign without store_google', [init({ store_google: false }), ['track', 'A']], at(campaign)),
  scenario('a campaign on the next page', [init(), ['track', 'A'], page(), init(), ['track', 'B'], ['identify', 'u1']], at(campaign)),
  scenario('the first campaign of a profile', [init(), ['identify', 'u1'], wait(10)], at(campaign)),
  scenario('the first campaign is skipped', [init({ skip_first_touch_marketing: true }), ['identify', 'u1'], wait(10)], at(campaign)),
  scenario('click ids', [init(), ['track', 'A'], ['get_property', 'gclid']], at(clicks)),
  scenario('a referrer', [init(), ['track', 'A'], ['get_property', '$initial_referrer'], page(), init(), ['track', 'B']], at('', 'https://blog.test/a?b')),
  scenario('a referrer that is not saved', [init({ save_referrer: false }), ['track', 'A']], at('', 'https://blog.test/a?b')),
  scenario('a search', [init(), ['track', 'A'], ['get_property', '$search_engine'], ['get_property', 'mp_keyword']], at('', 'https://www.google.com/search?q=red+shoes')),
  scenario('a search elsewhere', [init(), ['track', 'A']], at('', 'https://search.yahoo.com/search?p=red%20shoes')),
  scenario('a search without words', [init(), ['track', 'A']], at('', 'https://duckduckgo.com/')),
  scenario('another referrer later', [init(), ['track', 'A'], page({ referrer: 'https://www.bing.com/search?q=x' }), init(), ['track', 'B']], at('', 'https://blog.test/')),
  scenario('a title and a long address', [init(), ['track_pageview']], at('?' + 'q'.repeat(400))),
  scenario('a loader by name', [init({ mp_loader: 'tag-manager' }), ['track', 'A']]),
];
