// What records say.
const ABSENT = '<absent>';
const present = { present: true };

export default [
  {
    name: 'no version of the sender',
    everywhere: true,
    why: 'A batch of the reference says in mp_sent_by_lib_version which version sent each event; $lib_version says which made it.',
    fields: ['requests', 'again'].map(sent => ({ path: `${sent} / track / * / records / * / properties / mp_sent_by_lib_version`, reference: '<version>', ours: ABSENT })),
  },
  {
    name: 'the name of an event is a text',
    why: 'What is none becomes one, and an event whose name is empty is reported: the server takes neither.',
    scenarios: ['track: names that are no text', 'track: an event whose name is empty'],
    fields: [
      { path: '** / event', reference: { anyOf: [null, 7, true] }, ours: { anyOf: ['null', '7', 'true'] } },
      { path: '** / event / a', reference: 1, ours: ABSENT },
      { path: '** / event', reference: { a: 1 }, ours: '[object Object]' },
      { path: 'answers / 2 "track" / **', reference: present, ours: ABSENT },
      { path: 'answers / 2 "track" / $is', reference: ABSENT, ours: 'undefined' },
      { path: 'requests / track', reference: { pattern: '"event":""' }, ours: ABSENT },
    ],
  },
  {
    name: 'properties are an object',
    why: 'The reference makes properties of the letters of a text and of the places of a list.',
    scenarios: ['track: properties that are no object', 'track: properties that are a list'],
    fields: ['0', '1', '2', '3'].map(place => ({ path: `** / properties / ${place}`, reference: present, ours: ABSENT })),
  },
  {
    name: 'dates of events',
    why: 'They are written as those of profiles are; the reference makes empty objects of them.',
    scenarios: ['track: a date among the properties'],
    fields: [{ path: '** / born', reference: {}, ours: '1970-01-01T00:00:00' }],
  },
  {
    name: 'answered records are as they go out',
    why: 'Numbers that JSON does not have are null in them already.',
    scenarios: ['track: numbers that are none'],
    fields: ['NaN', 'Infinity'].map(name => ({ path: 'answers / 2 "track" / properties / *', reference: { $is: name }, ours: null })),
  },
  {
    name: 'lists that can be merged',
    why: 'Texts and numbers, as the server takes them, and no more of them than it takes: what else stands in a union is reported and left out.',
    scenarios: ['people: union of an object without lists', 'queued people: more than a cookie holds'],
    fields: [
      { path: 'answers / * "people.union" / $union / c', reference: [null], ours: ABSENT },
      { path: 'requests / engage / * / records / * / $union / c', reference: [null], ours: ABSENT },
      { path: 'answers / * "people.union" / $union / l / *', reference: { pattern: '^item' }, ours: ABSENT },
    ],
  },
  {
    name: 'events older than five days',
    why: 'The server does not take them; they are reported.',
    scenarios: ['track: a time among the properties', 'batching: left, and older than five days'],
    fields: [{ path: 'requests / track', reference: { pattern: '"time":1[67]00000000' }, ours: ABSENT }],
  },
];
