// Timed events.
import { fn, init, page, scenario, stored, unbatched, undef, wait } from '../words.mjs';

export default [
  scenario('a timed event', [init(), ['time_event', 'A'], wait(1234), ['track', 'A']]),
  scenario('a timed event without a batch', [init(unbatched), ['time_event', 'A'], wait(2500), ['track', 'A']]),
  scenario('stored while it runs', [init(), ['time_event', 'A'], stored, wait(10), ['track', 'A'], stored]),
  scenario('only the first of the name', [init(), ['time_event', 'A'], wait(1000), ['track', 'A'], wait(1000), ['track', 'A']]),
  scenario('started again', [init(), ['time_event', 'A'], wait(1000), ['time_event', 'A'], wait(500), ['track', 'A']]),
  scenario('two at once', [init(), ['time_event', 'A'], wait(1000), ['time_event', 'B'], wait(1000), ['track', 'B'], ['track', 'A']]),
  scenario('at once', [init(), ['time_event', 'A'], ['track', 'A']]),
  scenario('on the next page', [init(), ['time_event', 'A'], wait(3000), page(), init(), wait(500), ['track', 'A']]),
  scenario('without a name', [init({ error_reporter: fn('reported') }), ['time_event'], ['time_event', undef], wait(10)], { watch: ['console'] }),
  scenario('of a disabled event', [init(), ['disable', ['A']], ['time_event', 'A'], ['enable', ['A']], wait(100), ['track', 'A']]),
  scenario('a duration of the page\u2019s own', [init(), ['time_event', 'A'], wait(1000), ['track', 'A', { $duration: 99 }]]),
  scenario('an odd duration', [init(), ['time_event', 'A'], wait(1), ['track', 'A']]),
  scenario('what a visit of the reference left', [init(), wait(1000), ['track', 'A']], {
    before: { cookies: { mp_c0ffee00c0ffee00c0ffee00c0ffee00_mixpanel: JSON.stringify({ distinct_id: '$device:d1', $device_id: 'd1', __timers: { A: 1 } }) } },
  }),
];
