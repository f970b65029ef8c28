// What hooks see, and what their answers do.
const ABSENT = '<absent>';
const present = { present: true };

export default [
  {
    name: 'hooks see the calls of the page',
    why: 'The reference registers properties of its own through the same calls, at the start and with each event: an empty object, or the ids of a new visitor.',
    scenarios: [
      'super properties: heard by a hook',
      'hooks: before_register',
      'hooks: before_register drops',
      'hooks: before_register_once',
      'hooks: before_register_once drops',
    ],
    fields: [
      { path: 'calls / * / *', reference: present, ours: ABSENT },
      { path: 'calls / * / * / during', reference: { pattern: '"' }, ours: { pattern: '"register' } },
      { path: 'calls / * / * / given / *', reference: { anyOf: [{ $is: 'undefined' }, ''] }, ours: { anyOf: [5, 7, 'x', { $is: 'undefined' }] } },
      { path: 'calls / * / * / given / * / $is', reference: 'undefined', ours: ABSENT },
      { path: 'calls / * / * / given / * / a', reference: ABSENT, ours: 1 },
      { path: 'calls / * / * / given / * / distinct_id', reference: { pattern: '^\\$device' }, ours: ABSENT },
      { path: 'calls / * / * / given / * / $device_id', reference: { pattern: '^<uuid' }, ours: ABSENT },
      { path: '** / distinct_id', reference: ABSENT, ours: { pattern: '^\\$device:<uuid' } },
      { path: '** / $device_id', reference: ABSENT, ours: { pattern: '^<uuid' } },
      { path: 'cookies / mp_* / days', reference: 365, ours: { anyOf: [5, 7] } },
    ],
  },
  {
    name: 'null drops',
    why: 'So it is documented. In the reference a null of before_track makes an event without a name, one of before_identify a visitor without an id, and records that before_send hooks drop stay in the queue.',
    scenarios: [
      'hooks: before_track drops',
      'hooks: the first of several drops',
      'hooks: before_identify drops',
      'hooks: before_send_events drops',
      'hooks: before_send_people drops',
      'hooks: before_send_groups drops',
    ],
    fields: [
      { path: 'requests / track', reference: { pattern: '"event":null' }, ours: ABSENT },
      { path: 'answers / 2 "track" / *', reference: present, ours: ABSENT },
      { path: 'answers / 2 "track" / $is', reference: ABSENT, ours: 'undefined' },
      { path: 'calls / heard', reference: present, ours: ABSENT },
      { path: 'calls / second', reference: present, ours: ABSENT },
      { path: 'calls / hook / *', reference: present, ours: ABSENT },
      { path: 'answers / 2 "identify"', reference: { $is: 'undefined' }, ours: -1 },
      { path: 'answers / 2 "identify" / $is', reference: 'undefined', ours: ABSENT },
      { path: 'answers / 3 "get_distinct_id"', reference: null, ours: { pattern: '^\\$device' } },
      { path: '** / distinct_id', reference: null, ours: { pattern: '^\\$device' } },
      { path: '** / $user_id', reference: null, ours: ABSENT },
      { path: 'requests / track / * / records / *', reference: { pattern: '\\$identify' }, ours: ABSENT },
      { path: 'requests / engage', reference: { pattern: '\\$initial_referrer' }, ours: ABSENT },
      { path: 'cookies / mp_* / value / __mpso / *', reference: ABSENT, ours: '$direct' },
      { path: 'local / __mpq_*', reference: present, ours: ABSENT },
    ],
  },
  {
    name: 'a hook that throws changes nothing',
    why: 'The error is reported and the record stays as it was: the reference throws into the page, or leaves the record in its queue.',
    scenarios: ['hooks: a hook that throws', 'hooks: a hook of sending that throws'],
    fields: [
      { path: 'answers / 2 "track" / threw', reference: 'Error', ours: ABSENT },
      { path: 'answers / 2 "track" / *', reference: ABSENT, ours: present },
      { path: 'requests / track', reference: ABSENT, ours: { pattern: '"event":"A"' } },
      { path: 'local / __mpq_*', reference: present, ours: ABSENT },
      { path: 'uncaught / *', reference: present, ours: ABSENT },
    ],
  },
];
