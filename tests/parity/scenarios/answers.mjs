// What the server answers, and what callbacks hear.
import { fn, init, scenario, stored, unbatched, wait } from '../words.mjs';

const track = [['track', 'A', {}, fn('heard')], wait(10)];
const once = [init(unbatched), ...track];
const words = [init({ ...unbatched, verbose: true }), ...track];
const batch = [init(), ['track', 'A', {}, fn('heard')], wait(6000), stored, wait(60_000), stored];
const answer = (about, times = 1) => ({ answers: [{ match: 'track', times, ...about }] });

export default [
  scenario('a one', once),
  scenario('a zero', once, answer({ body: '0' })),
  scenario('a number', once, answer({ body: '7' })),
  scenario('text', once, answer({ body: 'fine' })),
  scenario('nothing', once, answer({ body: '' })),
  scenario('a failure', once, answer({ status: 500 })),
  scenario('a refusal', once, answer({ status: 400 })),
  scenario('no server', once, answer({ reset: true }, 9)),
  scenario('words', words),
  scenario('words with an error', words, answer({ body: '{"status":0,"error":"token, missing or empty"}' })),
  scenario('words that are no JSON', [init({ ...unbatched, verbose: true, error_reporter: fn('reported') }), ...track], answer({ body: 'fine' })),
  scenario('words at a failure', words, answer({ status: 500 })),
  scenario('a profile', [init(unbatched), ['identify', 'u1'], ['people.set', 'a', 1, fn('heard')], wait(10)], { answers: [{ match: 'engage', times: 1, body: '0' }] }),
  scenario('an error is reported', [init({ ...unbatched, error_reporter: fn('reported') }), ...track], { ...answer({ status: 500 }), watch: ['console'] }),
  scenario('a batch is refused in words', batch, answer({ body: '{"status":0,"error":"no"}' })),
  scenario('a batch fails once', batch, answer({ status: 500 })),
  scenario('a batch fails thrice', [...batch, wait(120_000)], answer({ status: 503 }, 3)),
  scenario('a batch comes too often', batch, answer({ status: 429 })),
  scenario('a batch comes too often, and is told for how long', batch, answer({ status: 429, headers: { 'Retry-After': '30' } })),
  scenario('a batch is refused', batch, answer({ status: 400 })),
  scenario('a batch is not allowed', batch, answer({ status: 401 })),
  scenario('a batch is too large', [init({ batch_size: 4 }), ['track', 'A'], ['track', 'B'], ['track', 'C'], ['track', 'D'], wait(60_000)], answer({ status: 413 })),
  scenario('one event is too large', [init(), ['track', 'A'], wait(60_000), stored], answer({ status: 413 })),
  scenario('a batch is answered with no JSON', batch, answer({ body: 'fine' })),
  scenario('a batch meets no server', batch, answer({ reset: true }, 3)),
  scenario('more events while it fails', [init(), ['track', 'A'], wait(6000), ['track', 'B'], wait(60_000)], answer({ status: 500 })),
  scenario('sent at once and failed', [init(), ['track', 'A', {}, { send_immediately: true }, fn('heard')], wait(6000), stored, wait(30_000)], answer({ status: 500 })),
  scenario('an answer that comes late', [init({ batch_request_timeout_ms: 60_000 }), ['track', 'A'], wait(6000), ['track', 'B'], wait(20_000)], answer({ delayMs: 300 })),
  scenario('an answer that never comes', [init({ batch_request_timeout_ms: 300 }), ['track', 'A'], wait(6000), stored, wait(60_000)], answer({ delayMs: 1000 })),
  scenario('a callback that throws', [init(unbatched), ['track', 'A', {}, fn('heard', { throws: true })], wait(10), ['track', 'B']]),
  scenario('a callback that throws in a batch', [init(), ['track', 'A', {}, fn('heard', { throws: true })], wait(10), ['track', 'B']]),
  scenario('a callback that calls', [init(unbatched), ['track', 'A', {}, fn('heard', { calls: [['track', 'From the callback']] })], wait(10)]),
];
