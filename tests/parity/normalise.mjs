// What two libraries saw, made comparable: what differs between any two visits gets one name.

const UUID = /[0-9a-f]{8,}-[0-9a-f]{4,}-[0-9a-f]{4,}-[0-9a-f]{4,}-[0-9a-f]{8,}/g;
const SECOND = 1000;
/** The reference waits for its locks by the hundredth. */
const TENTH = 100;
const DAY = 86_400 * SECOND;

/** A year on both sides of the scenario's clock. */
const isNear = (milliseconds, base) => Math.abs(milliseconds - base) < 400 * DAY;

class Names {
  #of = new Map();

  uuid(text) {
    if (!this.#of.has(text)) this.#of.set(text, `<uuid ${this.#of.size + 1}>`);
    return this.#of.get(text);
  }
}

/** A text without the site's own name, its ids numbered. */
const text = (value, { name, names }) => value.replaceAll(`${name}.test`, 'site.test').replaceAll(`/${name}/`, '/site/').replace(UUID, id => names.uuid(id));

/** Times are told from the scenario's beginning. */
function number(value, { base }) {
  if (isNear(value, base)) return `<${Math.round(value - base)} ms>`;
  if (value > 1e9 && isNear(value * SECOND, base)) return `<${Math.round(value * SECOND - base)} ms>`;
  return value;
}

/** Values that only have to be there, by the names of their properties. */
const SHAPES = {
  $insert_id: value => (/^[0-9a-z-]{16,36}$/i.test(value) ? '<insert id>' : value),
  id: (value, inQueue) => (inQueue && /^[0-9a-z-]{8,36}$/i.test(value) ? '<entry id>' : value),
  $lib_version: () => '<version>',
  mp_sent_by_lib_version: () => '<version>',
};

function value(given, about, property) {
  if (property in SHAPES && typeof given === 'string') {
    const shaped = SHAPES[property](given, about.inQueue);
    if (shaped !== given) return shaped;
  }
  if (typeof given === 'string') return text(given, about);
  if (typeof given === 'number') return number(given, about);
  if (Array.isArray(given)) return given.map(one => value(one, about));
  if (given !== null && typeof given === 'object') {
    return Object.fromEntries(Object.entries(given).map(([name, one]) => [text(name, about), value(one, about, name)]));
  }
  return given;
}

function parsed(given, about) {
  if (given.startsWith('$tab-')) return '<tab>';
  try {
    const whole = JSON.parse(given);
    return whole !== null && typeof whole === 'object' ? value(whole, about) : text(given, about);
  } catch {
    return text(given, about);
  }
}

/** By name, since ids are numbered in the order they are met. */
const sorted = entries => entries.sort(([a], [b]) => (a < b ? -1 : 1));

/** The reference's locks: there while it works. */
const MOMENTARY = /^__mpq_.*:[XYZ]$/;

/** A store: names with what is in them, read where it is JSON. */
const store = (contents, about) =>
  Object.fromEntries(
    sorted(Object.entries(contents)).filter(([name]) => !MOMENTARY.test(name)).map(([name, one]) => [text(name, about), parsed(one, { ...about, inQueue: name.startsWith('__mpq_') })]),
  );

function decoded(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Cookies with their attributes, by name. */
const cookies = (list, about) =>
  Object.fromEntries(
    [...list].sort((a, b) => (a.name + a.domain < b.name + b.domain ? -1 : 1)).map(({ name, value: content, domain, path, expiry, secure, sameSite }) => [
      text(name, about) + (list.filter(one => one.name === name).length > 1 ? ` at ${text(domain, about)}` : ''),
      {
        value: parsed(decoded(content), about),
        domain: text(domain, about),
        path,
        days: expiry === undefined ? 'session' : Math.round((expiry * SECOND - about.base) / DAY),
        secure,
        sameSite: sameSite ?? 'none given',
      },
    ]),
  );

/** The answers of the browser's cookie line, by name. */
const line = (list, about) =>
  Object.fromEntries(
    list.map(pair => {
      const [name, ...rest] = pair.split('=');
      return [text(name, about), parsed(decoded(rest.join('=')), about)];
    }),
  );

/** Whether a record was sent before: the server counts it once. */
function isAgain({ properties }, arrived) {
  const id = properties?.$insert_id;
  if (typeof id !== 'string' || !arrived.has(id)) {
    arrived.add(id);
    return false;
  }
  return true;
}

/** The requests by their kind, and apart from them those of records that were sent before. */
function requests(list, about) {
  const groups = {};
  const again = {};
  const arrived = new Set();
  const inOrder = [...list].sort((a, b) => Number(a.query.parity ?? 0) - Number(b.query.parity ?? 0) || a.seq - b.seq);
  for (const { method, host, path, kind, query, contentType, preflight, records } of inOrder) {
    const { _: stamp, parity, data, ...rest } = query;
    const shown = {
      method,
      host: text(host, about),
      path,
      query: { ...value(rest, about), ...(stamp === undefined ? {} : { _: '<stamp>' }), ...(data === undefined ? {} : { data: '<records>' }) },
      contentType: contentType?.split(';')[0].toLowerCase() ?? null,
    };
    const parts = [[], []];
    for (const record of records) parts[Number(isAgain(record, arrived))].push(value(record, about));
    const [first, repeated] = parts;
    if (first.length || !repeated.length) (groups[preflight ? 'preflight' : kind] ??= []).push({ ...shown, records: first });
    if (repeated.length) (again[kind] ??= []).push({ ...shown, records: repeated });
  }
  return { requests: groups, again };
}

/** When a function was called: within which call of the page, or later, and then when by the clock. */
const moment = ({ at, during }) => ({
  at: `<${Math.floor(at / TENTH) * TENTH} ms>`,
  during: /^\d+ "/.test(during ?? '') ? during : 'later',
});

const WATCHED = { console: ['warn', 'error'], everything: ['log', 'info', 'warn', 'error'] };

/** One play as a tree of values, in which the same path means the same thing for both libraries. */
export function normalised({ base, name, pages, cookies: jar, requests: received }, { watch = [] }) {
  const about = { base, name, names: new Names() };
  const answers = {};
  const calls = {};
  for (const page of pages) {
    for (const [step, answer] of Object.entries(page.answers)) answers[step] = shownAnswer(answer, about);
    for (const { name: function_, ...call } of page.calls) (calls[function_] ??= []).push({ ...value(call, about), ...moment(call) });
  }
  const levels = WATCHED[watch.find(word => word in WATCHED)] ?? [];
  const last = pages.at(-1);
  return {
    answers,
    calls,
    ...requests(received, about),
    cookies: cookies(jar, about),
    local: store(last.local, about),
    session: store(last.session, about),
    address: text(last.address, about),
    uncaught: pages.flatMap(page => page.uncaught),
    ...(levels.length ? { console: told(pages, levels) } : {}),
    ...(watch.includes('form') ? { forms: pages.flatMap(page => page.forms) } : {}),
    ...(watch.includes('headers') ? { headers: pages.flatMap(page => page.headers).filter(header => /^(x-|authorization)/.test(header)) } : {}),
  };
}

/** The stored things are an answer too, of their own form. */
function shownAnswer(answer, about) {
  if (answer && Array.isArray(answer.cookies) && answer.local && answer.session) {
    return { cookies: line(answer.cookies, about), local: store(answer.local, about), session: store(answer.session, about) };
  }
  return value(answer, about);
}

/** How often something was told at each step, by its level. */
function told(pages, levels) {
  const told = {};
  for (const { level, during } of pages.flatMap(page => page.messages)) {
    if (!levels.includes(level)) continue;
    told[during ?? 'later'] = (told[during ?? 'later'] ?? 0) + 1;
  }
  return told;
}
