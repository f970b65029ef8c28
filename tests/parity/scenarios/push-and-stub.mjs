// Calls as lists, and the script tag: what waited in the stub.
import { fn, init, on, other, scenario, unbatched, wait } from '../words.mjs';

const script = { script: true };
const stub = (...steps) => ({ script: true, stub: steps });

export default [
  scenario('a call as a list', [init(), ['push', ['track', 'A', { a: 1 }]]]),
  scenario('a function', [init(), ['push', fn('pushed', { calls: [['track', 'In the function']] })]]),
  scenario('a chain', [init(), ['push', [['get_group', 'company', 'Acme'], ['set', 'a', 1]]]]),
  scenario('several kinds in an order', [init(), ['push', ['register', { a: 1 }]], ['push', ['track', 'A']], ['push', ['identify', 'u1']], ['push', ['track', 'B']]]),
  scenario('nothing', [init(), ['push', null], ['push', false], ['track', 'A']]),
  scenario('a list of people', [init(), ['identify', 'u1'], ['push', ['set_group', 'g', 1]], ['push', ['name_tag', 'Ada']]]),
  scenario('a call nobody knows', [init(), ['push', ['dance', 1]], ['track', 'A']]),
  scenario('the stub alone', [['track', 'B']], stub(init(), ['track', 'A'])),
  scenario('the stub\u2019s order', [wait(10)], stub(init(), ['track', 'A'], ['register', { a: 1 }], ['identify', 'u1'], ['track', 'B'])),
  scenario('profiles in the stub', [wait(10)], stub(init(), ['people.set', 'a', 1], ['people.increment', 'n'], ['identify', 'u1'])),
  scenario('an alias in the stub', [wait(6000)], stub(init(), ['track', 'A'], ['alias', 'u1'])),
  scenario('a group in the stub', [wait(10)], stub(init(), { group: ['company', 'Acme'], call: ['set', 'a', 1] }, ['set_group', 'company', 'Acme'])),
  scenario('a function in the stub', [wait(10)], stub(init(), ['push', fn('pushed', { calls: [['track', 'In the function']] })])),
  scenario('a page view in the stub', [wait(10)], stub(init(), ['track_pageview', { a: 1 }])),
  scenario('loaded after the stub', [wait(10)], stub(init({ loaded: fn('loaded', { calls: [['get_distinct_id'], ['track', 'In loaded']] }) }), ['track', 'A'])),
  scenario('a named instance in the stub', [on('second', 'track', 'C'), ['track', 'D']], stub(init(), ['init', other, {}, 'second'], ['track', 'A'], on('second', 'track', 'B'))),
  scenario('an opt-out in the stub', [['has_opted_out_tracking'], ['track', 'B']], stub(init(), ['opt_out_tracking'])),
  scenario('an opt-out behind an event in the stub', [['has_opted_out_tracking']], stub(init(), ['track', 'A'], ['opt_out_tracking'])),
  scenario('an opt-in in the stub', [['has_opted_in_tracking'], ['track', 'B']], stub(init(), ['track', 'A'], ['opt_in_tracking'])),
  scenario('answers of the stub', [['has_opted_in_tracking'], ['toString'], ['people.toString']], stub(init(), ['has_opted_in_tracking'], ['track', 'A'], ['toString'], ['people.toString'])),
  scenario('the script without a call', [init(), ['track', 'A'], ['toString']], script),
  scenario('the script without batches', [wait(10), ['track', 'B', {}, fn('heard')], wait(10)], stub(init(unbatched), ['track', 'A', {}, fn('heard')])),
  scenario('links in the stub', [{ click: '#a' }, wait(1000)], { ...stub(init(), ['track_links', '#a', 'Left']), body: '<a id="a" href="#there">go</a>' }),
  scenario('a timer in the stub', [wait(1000), ['track', 'A']], stub(init(), ['time_event', 'A'])),
];
