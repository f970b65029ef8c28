// Events: names, properties, what a call answers, and what its callback hears.
import { date, fn, init, notFinite, scenario, token, unbatched, undef, wait } from '../words.mjs';

export default [
  scenario('an event', [init(), ['track', 'Bought', { price: 5 }]]),
  scenario('an event without a batch', [init(unbatched), ['track', 'Bought', { price: 5 }, fn('heard')]]),
];
