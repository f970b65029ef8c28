// consentry/requests, the packed entry for servers, against the stand-in for the API.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startCollector } from './support/collector.mjs';
import { folder, installed } from './support/environment.mjs';

const secret = 'oauth-secret-1234567890';
/** Quick, because nobody limits the rate unless a test asks for it. */
const pace = { interval: 1, firstWait: 2, longestWait: 10 };
const deadline = { timeout: 45_000 };

let collector, api, consentry;

before(async () => {
  collector = await startCollector({});
  consentry = await import(pathToFileURL(join(installed(), 'requests.js')));
  api = {
    control: async (method, name, body) => {
      const answer = await fetch(`${collector.http}/_collector/requests${name}`, { method, body: body && JSON.stringify(body) });
      assert.ok(answer.ok, await answer.clone().text());
      return answer.status === 204 ? undefined : answer.json();
    },
    set: settings => api.control('PUT', '/settings', { bearer: secret, ...settings }),
    arrived: () => api.control('GET', ''),
    deletions: async () => (await api.control('GET', '/scheduled')).deletions,
    advance: ms => api.control('POST', '/clock', { advanceMs: ms }),
  };
});
after(() => collector.stop());
beforeEach(async () => {
  await api.control('DELETE', '');
  await api.set({});
  await api.control('POST', '/clock', { stopped: true });
});

const make = options => consentry.createRequests({ token: 'project', oauth: secret, apiHost: collector.http, pace, ...options });
const ids = (count, from = 0) => Array.from({ length: count }, (_, n) => `visitor-${from + n}`);
const journal = () => join(folder('journal'), 'requests.journal');
/** Each of these once, and nothing besides. */
const once_each = (counts, wanted) => assert.deepEqual(counts, Object.fromEntries(wanted.map(id => [id, 1])));

/** The error, which has no token in any part of it. */
async function failure(promise, code) {
  const error = await Promise.resolve(promise).then(() => assert.fail('it did not fail'), error => error);
  assert.ok(error instanceof consentry.RequestsError && error instanceof Error, String(error.stack));
  assert.equal(error.code, code);
  assert.ok(error.message.includes(error.todo) && error.todo.length > 10);
  const everything = [error.message, error.stack, JSON.stringify(error), String(error.cause?.stack), error.about].join();
  assert.ok(!everything.includes(secret), everything);
  return error;
}
const refusal = (action, code) => failure(new Promise(resolve => resolve(action())), code);

test('a deletion of any number of ids, each once, in batches', deadline, async () => {
  async function* list() {
    yield* ids(4_000);
    yield* ids(10); // once more
    yield* ['', 'undefined', 7, ' x'];
  }
  const job = make().delete(list(), { complianceType: 'CCPA' });
  const seen = [];
  for await (const progress of job) seen.push(progress);
  const { tasks, refusals, ...counts } = await job.done;
  assert.deepEqual(counts, { scheduled: 4_000, alreadyScheduled: 0, repeated: 0, refused: 4, duplicates: 10 });
  assert.deepEqual(tasks.map(task => [task.ids, task.operation]), [[1999, 'delete'], [1999, 'delete'], [2, 'delete']]);
  assert.deepEqual(refusals.map(({ place, id }) => [place, id]), [[4011, ''], [4012, 'undefined'], [4013, '7'], [4014, ' x']]);
  assert.deepEqual([seen.at(-1).state, seen.at(-1).left, seen.at(-1).tasks], ['done', 0, 3]);
  once_each(await api.deletions(), ids(4_000));
  for (const line of await api.arrived()) {
    assert.deepEqual([line.authorization, line.complianceType, line.project, line.status], ['right', 'CCPA', 'project', 201]);
    assert.ok(!line.path.includes(secret));
  }
});

test('a retrieval, until its file is there', deadline, async () => {
  const requests = make();
  const { tasks: [task] } = await requests.retrieve(new Set(['a', 'b']), { complianceType: 'CCPA', disclosureType: 'Sources' }).done;
  assert.deepEqual(await requests.status(task), { task: task.task, operation: 'retrieve', state: 'PENDING', ended: false, ids: ['a', 'b'], link: null });
  const ended = requests.waitFor(task, { every: 5 });
  for (let step = 0; step < 3; step++) await api.advance(2_000);
  const { state, link } = await ended;
  assert.equal(state, 'SUCCESS');
  assert.equal((await (await fetch(link)).arrayBuffer()).byteLength, 6_400);
  assert.equal((await api.arrived())[0].disclosureType, 'Sources');
});

test('both shapes of answers, and states that nobody knows yet', deadline, async () => {
  for (const shape of ['published', 'older']) {
    await api.set({ shape, end: 'THAWING' });
    const requests = make();
    const { tasks: [task] } = await requests.delete([shape]).done;
    assert.equal((await requests.status(task)).state, 'PENDING');
    await api.advance(6_000);
    const { state, ended } = await requests.status(task.task, { operation: 'delete' });
    assert.deepEqual([state, ended], ['THAWING', false]);
  }
});

test('a deletion is cancelled until it has started', deadline, async () => {
  const requests = make();
  const { tasks: [first] } = await requests.delete(['a']).done;
  await requests.cancel(first);
  assert.equal((await requests.waitFor(first)).state, 'REVOKED');
  const { tasks: [second] } = await requests.delete(['b']).done;
  await api.advance(4_000);
  assert.equal((await failure(requests.cancel(second), 'too_late')).status, 405);
  await refusal(() => requests.cancel({ task: '1', operation: 'retrieve' }), 'invalid_argument');
});

test('what the server refuses is an error with code, status and what to do', deadline, async () => {
  assert.equal((await failure(make({ oauth: 'another-secret' }).delete(['a']).done, 'unauthorized')).status, 401);
  await api.set({ projects: ['another'] });
  assert.equal((await failure(make().delete(['a']).done, 'forbidden')).status, 403);
  await api.set({});
  for (const [behaviour, code] of [
    [{ status: 302, headers: { Location: 'http://127.0.0.1:1/' } }, 'redirected'],
    [{ status: 400, body: JSON.stringify({ status: 'error', error: `no ${secret} here` }) }, 'refused'],
    [{ status: 400, body: `{"status":"error","error":"no ${secret.replace('o', '\\u006f')} here"}` }, 'refused'],
    [{ bodyBytes: 100_000_000 }, 'answer_too_long'],
    [{ body: '{"status":"ok","resul' }, 'malformed'],
    [{ status: 503 }, 'unavailable'],
    [{ status: 429 }, 'too_many_requests'],
  ]) {
    await collector.behave({ match: 'deletionStatus', ...behaviour });
    await failure(make().status('1', { operation: 'delete' }), code);
  }
  assert.deepEqual(await api.deletions(), {});
});

test('options that cannot be are refused at once', deadline, async () => {
  for (const options of [{ oauth: 'two words' }, { oauth: undefined }, { token: '' }, { residency: 'mars' }, { tokn: 'x' }, { pace: { every: 1 } }]) {
    await refusal(() => make(options), 'invalid_argument');
  }
  await refusal(() => make({ apiHost: 'http://example.com' }), 'invalid_address');
  // A text is a list of letters, which is nobody's wish.
  for (const list of ['4711', undefined, 4711, {}]) await refusal(() => make().delete(list), 'invalid_argument');
  await refusal(() => make().delete(['a'], { complianceType: 'HIPAA' }), 'invalid_argument');
  await refusal(() => make().delete(['a'], { complaince: 'GDPR' }), 'invalid_argument');
  await refusal(() => make().status('1'), 'invalid_argument');
  assert.deepEqual(await api.arrived(), []);
});

for (const conflicts of ['object', 'text']) {
  test(`ids with a running deletion are set aside (409 as ${conflicts})`, deadline, async () => {
    await make().delete(['visitor-3', 'visitor-5']).done;
    await api.set({ conflicts });
    const { scheduled, alreadyScheduled } = await make().delete(ids(20)).done;
    assert.deepEqual([scheduled, alreadyScheduled], [18, 2]);
    once_each(await api.deletions(), ids(20));
  });
}

test('429, 5xx, broken and lost answers lose no id and schedule none twice', deadline, async () => {
  await collector.behave(
    { match: 'createDeletion', status: 429, headers: { 'Retry-After': '0' } },
    { match: 'createDeletion', lose: true },
    { match: 'createDeletion', after: 1, status: 503 },
    { match: 'createDeletion', after: 2, reset: true },
    { match: 'createDeletion', after: 3, body: '<html>' },
  );
  const { scheduled, alreadyScheduled } = await make({ groups: 3 }).delete(ids(2_100)).done;
  assert.equal(scheduled + alreadyScheduled, 2_100);
  once_each(await api.deletions(), ids(2_100));
});

test('requests keep the rate, also those of two jobs', deadline, async () => {
  await api.set({ gapMs: 1_000 });
  const requests = make({ pace: {} });
  await Promise.all([requests.delete(['a']).done, requests.delete(['b']).done]);
  const times = (await api.arrived()).map(line => line.at);
  assert.equal(times.length, 2);
  assert.ok(times[1] - times[0] >= 999, String(times));
});

test('a job stops when told, and is resumed', deadline, async () => {
  const at = journal();
  const stop = new AbortController();
  const requests = make({ groups: 3, journal: at });
  const job = requests.delete(ids(2_000), { signal: stop.signal });
  for await (const { tasks } of job) {
    if (tasks === 2) break;
  }
  stop.abort();
  await failure(job.done, 'stopped');
  await failure(requests.delete(['x']).done, 'journal_mismatch');
  const { scheduled, tasks } = await requests.resume().done;
  assert.deepEqual([scheduled, tasks.length, tasks[0].operation], [2_000, 4, 'delete']);
  once_each(await api.deletions(), ids(2_000));
  assert.ok(!readFileSync(at, 'utf8').includes(secret) && !existsSync(`${at}.lock`));
  // Once more does nothing.
  assert.equal((await requests.resume().done).scheduled, 2_000);
  await failure(make({ token: 'another', journal: at }).resume().done, 'journal_mismatch');
});

test('iterating tells of a failure at its end', deadline, async () => {
  const job = make({ oauth: 'another-secret' }).delete(['a']);
  await failure((async () => { for await (const _ of job); })(), 'unauthorized');
});

/** A process that deletes with a journal, or resumes, and prints what came of it. */
function program(at, action) {
  const text = `
    import { createRequests } from ${JSON.stringify(pathToFileURL(join(installed(), 'requests.js')).href)};
    const requests = createRequests({ token: 'project', oauth: process.env.OAUTH, apiHost: ${JSON.stringify(collector.http)},
      journal: ${JSON.stringify(at)}, groups: 20, pace: ${JSON.stringify(pace)} });
    const ids = Array.from({ length: 3000 }, (_, n) => 'visitor-' + n);
    const job = ${action};
    console.log(JSON.stringify(await job.done));`;
  return spawn(process.execPath, ['--input-type=module', '--eval', text], { env: { ...process.env, OAUTH: secret }, stdio: ['ignore', 'pipe', 'inherit'] });
}

test('killed at any moment it is resumed: no id twice, none lost', { timeout: 120_000 }, async () => {
  const at = journal();
  // Slow enough to be met by the signal at every stage, a lost answer among them.
  await collector.behave({ match: 'createDeletion', times: 0, after: 1, delayMs: 25 });
  await collector.behave({ match: 'createDeletion', lose: true });
  let kills = 0;
  for (let first = true; kills < 8; first = false) {
    const child = program(at, first ? 'requests.delete(ids)' : 'requests.resume()');
    const ended = once(child, 'exit');
    const before = (await api.arrived()).length;
    // By what arrived and not by time alone: a slow machine gets as far.
    while (child.exitCode === null && (await api.arrived()).length < before + 2) await new Promise(done => setTimeout(done, 3));
    await new Promise(done => setTimeout(done, Math.random() * 40));
    child.kill('SIGKILL');
    const [code, signal] = await ended;
    if (signal !== 'SIGKILL') {
      assert.equal(code, 0);
      break;
    }
    kills++;
  }
  assert.ok(kills > 2, String(kills));
  await collector.behaveWell();
  const { scheduled, alreadyScheduled } = await make({ journal: at }).resume().done;
  assert.equal(scheduled + alreadyScheduled, 3_000);
  once_each(await api.deletions(), ids(3_000));
});

test('two processes do not share a journal', deadline, async () => {
  const at = journal();
  await collector.behave({ match: 'createDeletion', hang: true });
  const child = program(at, 'requests.delete(ids)');
  const ended = once(child, 'exit');
  while ((await api.arrived()).length === 0) await new Promise(done => setTimeout(done, 10));
  await failure(make({ journal: at }).resume().done, 'journal_locked');
  child.kill('SIGKILL');
  await ended;
  await collector.behaveWell();
  // The lock of a process that is no more holds nobody up.
  assert.equal((await make({ journal: at }).resume().done).scheduled, 3_000);
  once_each(await api.deletions(), ids(3_000));
});

test('a journal torn at any byte of its last line goes on', deadline, async () => {
  const at = journal();
  await make({ journal: at }).delete(ids(5)).done;
  const whole = readFileSync(at);
  const last = whole.lastIndexOf(10, whole.length - 2) + 1;
  const calls = (await api.arrived()).length;
  for (let end = last; end < whole.length; end += 7) {
    writeFileSync(at, whole);
    truncateSync(at, end);
    // The answer is as if it had been lost: the server is asked whether it has the task.
    const { scheduled } = await make({ journal: at }).resume().done;
    assert.equal(scheduled, 5, `torn at ${end}`);
  }
  once_each(await api.deletions(), ids(5));
  assert.ok((await api.arrived()).length > calls);
  writeFileSync(at, whole);
  const changed = Buffer.from(whole);
  changed[20] ^= 1;
  writeFileSync(at, changed);
  await failure(make({ journal: at }).resume().done, 'journal_corrupt');
  const other = journal();
  appendFileSync(other, 'dear diary\n');
  await failure(make({ journal: other }).delete(['a']).done, 'journal_mismatch');
  assert.equal(readFileSync(other, 'utf8'), 'dear diary\n');
  await failure(make({ journal: join(other, 'nowhere') }).delete(['a']).done, 'file');
});

test('CommonJS has the same, and nothing prints the token', deadline, async () => {
  const required = createRequire(import.meta.url)(join(installed(), 'requests.cjs'));
  assert.deepEqual(Object.keys(required).sort(), Object.keys(consentry).sort());
  const requests = required.createRequests({ token: 'project', oauth: secret, apiHost: collector.http, pace });
  assert.equal((await requests.delete(['a']).done).scheduled, 1);
  const { inspect } = await import('node:util');
  const shown = inspect(requests, { depth: 9, showHidden: true }) + inspect(requests.delete(['b']), { depth: 9, showHidden: true });
  assert.ok(!shown.includes(secret));
});

/** Each answers the errors of a bundle of this file for browsers. */
const bundlers = {
  esbuild: async (input, root) => {
    const { build } = await import('esbuild');
    return build({ entryPoints: [input], bundle: true, write: false, absWorkingDir: root, logLevel: 'silent' });
  },
  vite: async (input, root) => {
    const { build } = await import('vite');
    return build({ root, logLevel: 'silent', build: { write: false, lib: { entry: input, formats: ['es'] } } });
  },
  rollup: async (input, root) => {
    const [{ rollup }, { default: resolve }] = await Promise.all([import('rollup'), import('@rollup/plugin-node-resolve')]);
    const bundle = await rollup({ input, plugins: [resolve({ browser: true, rootDir: root })], logLevel: 'silent' });
    return bundle.generate({});
  },
  webpack: async (input, root) => {
    const { default: webpack } = await import('webpack');
    const stats = await new Promise((resolve, reject) => webpack({ entry: input, context: root, mode: 'production', output: { path: join(root, 'out') } },
      (error, stats) => error ? reject(error) : resolve(stats)));
    if (stats.hasErrors()) throw new Error(stats.toString({ errors: true }));
  },
};

for (const [name, bundle] of Object.entries(bundlers)) {
  test(`in a bundle for browsers the import fails with the reason: ${name}`, deadline, async () => {
    const root = dirname(dirname(installed()));
    const input = join(root, `requests-${name}.mjs`);
    writeFileSync(input, `import { createRequests } from 'consentry/requests';\nconsole.log(createRequests);`);
    const error = await bundle(input, root).then(() => assert.fail('it was bundled'), error => error);
    assert.match(String(error.message), /requests is for servers only, because the OAuth token it needs must never reach a page/);
  });
}

test('no file for browsers has any of it', () => {
  for (const file of ['index.js', 'index.cjs', 'slim.js', 'slim.cjs', 'residency.js', 'consentry.wasm', 'requests.browser.js']) {
    const text = readFileSync(join(installed(), file), 'latin1');
    for (const trace of ['data-deletions', 'conflicting_distinct_ids', 'compliance_type', 'requests.wasm']) assert.ok(!text.includes(trace), `${file}: ${trace}`);
  }
});

test('the deadline is computed and warned of', deadline, () => {
  const warned = day => consentry.deadline('2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1 + day)).warning;
  assert.deepEqual([0, 20, 24, 31, 61].map(warned), [null, null, 'soon', 'late', 'overdue']);
  const { law, service, daysLeft, message } = consentry.deadline(new Date('2026-01-01'), '2026-01-26');
  assert.deepEqual([law.toISOString().slice(0, 10), service.toISOString().slice(0, 10), daysLeft], ['2026-01-31', '2026-03-02', 5]);
  assert.ok(message.length > 20);
});
