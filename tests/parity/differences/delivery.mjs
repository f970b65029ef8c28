// How records are delivered, and what is heard of it.
const ABSENT = '<absent>';
const present = { present: true };

export default [
  {
    name: 'the last requests of a page',
    why: 'When a page is left or hidden, requests that outlive it are made with fetch, whose answer is heard as long as the page is there: a beacon\u2019s never is.',
    scenarios: ['super properties', 'identity', 'queued people', 'timing', 'page views', 'persistence', 'consent', 'batching', 'do not track'],
    fields: ['requests', 'again'].map(sent => ({ path: `${sent} / * / * / contentType`, reference: { anyOf: ['text/plain', 'application/x-www-form-urlencoded'] }, ours: { anyOf: ['text/plain', 'application/x-www-form-urlencoded'] } })),
  },
  {
    name: 'the last records of a page',
    why: 'What no page heard the answer to is sent again by the next: of the reference all that a beacon carried, here what a browser ends with the page, and before anything new. The server counts each once.',
    scenarios: ['super properties', 'identity', 'queued people', 'timing', 'page views', 'persistence', 'consent', 'batching', 'do not track'],
    fields: [
      { path: 'again / track', reference: present, ours: ABSENT },
      { path: 'again / track / *', reference: present, ours: ABSENT },
      { path: 'again / track / * / records / *', reference: present, ours: ABSENT },
      // Where a browser ends the request with the page, the next asks first.
      { path: 'again / track', reference: ABSENT, ours: present },
      { path: 'again / track / +*', reference: ABSENT, ours: present },
      { path: 'again / track / * / records / +*', reference: ABSENT, ours: present },
      { path: 'requests / track / * / place' },
    ],
  },
  {
    name: 'the last updates of a profile',
    why: 'They go out with the page, and once more with the next, which cannot know whether they arrived: to set a value twice is to set it. The reference leaves them to the next page.',
    scenarios: ['identity: identified on the next page as somebody else', 'batching: profiles when the page is left'],
    fields: [
      { path: 'requests / engage / +*', reference: ABSENT, ours: { pattern: '"\\$set_once":\\{"\\$initial_referrer"' } },
      { path: 'requests / engage / * / records / 0 / *', reference: { anyOf: ['u1', 'u2'] }, ours: { anyOf: ['u1', 'u2'] } },
    ],
  },
  {
    name: 'the order of one task',
    why: 'Events stand in the order of the calls, and what follows from an alias in the next task; the reference\u2019s lock lets those of one task into its queue in any order, and an alias is done when it is in.',
    scenarios: ['identity: an alias after identifying', 'identity: an alias, then identified', 'identity: an alias, then identified as somebody else', 'push and stub: an alias in the stub', 'hooks: before_track does not see identify'],
    fields: [
      { path: 'requests / track / 0 / records / * / properties / time', reference: '<10 ms>', ours: '<0 ms>' },
      { path: 'requests / track / 0 / records / * / place' },
      { path: 'requests / track / 0 / records / * / properties / $anon_distinct_id', reference: { anyOf: ['u2', { pattern: '^\\$device:' }] }, ours: { anyOf: ['u2', { pattern: '^\\$device:' }] } },
      { path: 'requests / track / 0 / records / * / properties / *', reference: { anyOf: ['u1', 'u2'] }, ours: { anyOf: ['u1', 'u2'] } },
    ],
  },
  {
    name: 'requests are encrypted',
    why: 'Nothing goes where anybody on the way could read it: a host without TLS that is not this machine is refused, which is reported.',
    scenarios: ['init: a proxy without TLS'],
    fields: [{ path: 'requests / track / 0 / host', reference: 'site.test', ours: 'unusable.invalid' }],
  },
  {
    name: 'nothing to set',
    why: 'A record in which nothing is set, since the value was undefined, is not sent.',
    scenarios: ['batching: every kind has its time'],
    fields: [{ path: 'requests / groups / 0 / records / 0', reference: { pattern: '"\\$set":\\{\\}' }, ours: ABSENT }],
  },
  {
    name: 'errors of callbacks are reported',
    why: 'What a page\u2019s own callback throws goes to error_reporter and the console.',
    scenarios: ['answers: a callback that throws', 'answers: a callback that throws in a batch'],
    fields: [{ path: 'uncaught / *', reference: { anyOf: ['Error', 'rejection'] }, ours: ABSENT }],
  },
  {
    name: 'pushed calls that there are none of',
    why: 'They are reported; the reference throws.',
    scenarios: ['push and stub: a call nobody knows'],
    fields: [
      { path: 'answers / 2 "push" / threw', reference: 'TypeError', ours: ABSENT },
      { path: 'answers / 2 "push" / $is', reference: ABSENT, ours: 'undefined' },
    ],
  },
  {
    name: 'errors are said without debug',
    why: 'What a page does wrong, and what there is none of here, stands on the console once; the reference says most of it only with debug.',
    scenarios: ['links and forms: nothing is found', 'links and forms: no form', 'people: increment by text', 'people: charges', 'hooks: before_track answers nothing', 'timing: without a name', 'init: a blacklist that is none', 'init: an error is reported', 'answers: an error is reported'],
    fields: [{ path: 'console / *', reference: ABSENT, ours: 1 }],
  },
  {
    name: 'no heatmaps',
    why: 'Whether there is one is answered with false, not with null.',
    scenarios: ['features: recording'],
    fields: [{ path: 'answers / * "is_recording_heatmap_data"', reference: null, ours: false }],
  },
  {
    name: 'what a browser repeats itself',
    why: 'Where a connection breaks before an answer, Firefox makes a request anew, one of fetch more often than one of XMLHttpRequest. The server counts its records once.',
    scenarios: ['answers: no server', 'answers: a batch meets no server'],
    fields: [{ path: 'again / track / +*', reference: ABSENT, ours: { pattern: '"event":"A"' } }],
  },
  {
    name: 'a batch is tried again',
    why: 'An answer that is no answer of the server, and a server that cannot be reached, are no refusal: the reference drops the batch.',
    scenarios: ['answers: a batch is answered with no JSON', 'answers: a batch meets no server'],
    fields: [{ path: 'again / track', reference: ABSENT, ours: { pattern: '"event":"A"' } }],
  },
];
