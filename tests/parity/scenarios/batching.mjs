// Batches: when they go, how large they are, what is left on the device.
import { fn, group, hide, init, page, queueKey, scenario, stored, token, undef, unbatched, wait } from '../words.mjs';

const many = count => Array.from({ length: count }, (_, number) => ['track', `E${number}`]);
const entry = (event, more = {}) => ({ id: `entry${event}0000000`.slice(0, 16), flushAfter: 1, payload: { event, properties: { token, distinct_id: 'u1', $insert_id: `insert${event}000000000`.slice(0, 16), ...more } } });
const left = list => ({ before: { local: { [queueKey('ev')]: typeof list === 'string' ? list : JSON.stringify(list) } } });

export default [
  scenario('five seconds', [init(), ['track', 'A'], wait(4800), stored, wait(400), stored]),
  scenario('an interval of one\u2019s own', [init({ batch_flush_interval_ms: 1000 }), ['track', 'A'], wait(1500), ['track', 'B']]),
  scenario('a batch of one\u2019s own size', [init({ batch_size: 3 }), ...many(7)]),
  scenario('a size set later', [init(), ['set_config', { batch_size: 2 }], ...many(5)]),
  // One after another: the reference's lock lets events of one task in in any order.
  scenario('fifty at a time', [init(), ...many(55).flatMap(call => [call, wait(20)]), wait(30_000)]),
  scenario('on the device while they wait', [init(), ['track', 'A'], wait(100), stored]),
  scenario('profiles and groups on the device', [init(), ['identify', 'u1'], ['people.set', 'a', 1], group('g', 1, 'set', 'a', 1), wait(100), stored]),
  scenario('without batches nothing is on the device', [init(unbatched), ['track', 'A'], stored, wait(10), stored]),
  scenario('a request before the call returns', [init(unbatched), ['track', 'A'], ['identify', 'u1'], ['people.set', 'a', 1], group('g', 1, 'set', 'a', 1)]),
  scenario('not started by itself', [init({ batch_autostart: false }), ['track', 'A'], ['identify', 'u1'], ['people.set', 'a', 1]]),
  scenario('started by call', [init({ batch_autostart: false }), ['track', 'A'], wait(100), ['start_batch_senders'], wait(100), stored]),
  scenario('started again flushes', [init(), ['track', 'A'], wait(100), ['start_batch_senders'], wait(100), stored]),
  scenario('stopped', [init(), ['track', 'A'], wait(100), ['stop_batch_senders'], wait(100), stored, ['track', 'B']]),
  scenario('stopped and started', [init(), ['stop_batch_senders'], wait(100), ['start_batch_senders'], ['track', 'A']]),
  scenario('started while refused', [init(), ['opt_out_tracking'], ['start_batch_senders'], wait(10), ['track', 'A']]),
  scenario('batches switched off later', [init(), ['set_config', { batch_requests: false }], ['track', 'A']]),
  scenario('the page is hidden', [init(), ['track', 'A'], ['identify', 'u1'], ['people.set', 'a', 1], wait(100), hide, wait(100), stored]),
  scenario('hidden with nothing', [init(), wait(6000), hide, wait(100)]),
  scenario('hidden after an opt-out', [init(), ['track', 'A'], wait(100), ['opt_out_tracking'], hide, wait(100)]),
  scenario('hidden and shown', [init(), ['track', 'A'], wait(100), hide, wait(100), { show: true }, wait(100), ['track', 'B']]),
  scenario('the page is left', [init(), ['track', 'A'], wait(100), page(), init(), wait(6000)]),
  scenario('the page is left at once', [init(), ['track', 'A'], page(), init(), wait(6000)]),
  scenario('profiles when the page is left', [init(), ['identify', 'u1'], ['people.set', 'a', 1], wait(100), page(), init(), wait(6000)]),
  scenario('left by a visit of the reference', [init(), wait(6000), stored], left([entry('L1'), entry('L2')])),
  scenario('left, and older than five days', [init(), wait(6000), stored], left([entry('L1', { time: 1_700_000_000 })])),
  scenario('left, with events of this page', [init(), ['track', 'A'], wait(6000)], left([entry('L1')])),
  scenario('left, and not yet anybody\u2019s', [init(), wait(100), stored, wait(20_000)], left([{ ...entry('L1'), flushAfter: 4_000_000_000_000 }])),
  scenario('left, and no list', [init(), ['track', 'A']], left('{"no": "list"}')),
  scenario('left, and nobody can read it', [init(), ['track', 'A']], left('[broken')),
  scenario('left, without batches', [init(unbatched), ['track', 'A']], left([entry('L1')])),
  scenario('a callback when it is stored', [init(), ['track', 'A', {}, fn('heard')], wait(10), stored]),
  scenario('sent at once beside a batch', [init(), ['track', 'A'], ['track', 'B', {}, { send_immediately: true }, fn('heard')], wait(100)]),
  scenario('every kind has its time', [init(), ['identify', 'u1'], ['track', 'A'], ['people.set', 'a', 1], group('g', 1, 'set', 'a', undef), group('g', 1, 'set', 'b', 1), wait(4900), stored]),
];
