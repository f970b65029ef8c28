// The erasure chain of docs/erasure.md, on Node's end.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startCollector } from './support/collector.mjs';
import { folder, installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';

const secret = 'oauth-secret-1234567890';
const deadline = { timeout: 45_000 };
let collector, erasure, createRequests;
const control = async (method, name, body) => {
  const answer = await fetch(`${collector.http}/_collector/requests${name}`, { method, body: body && JSON.stringify(body) });
  return answer.status === 204 ? undefined : answer.json();
};
const deletions = async () => (await control('GET', '/scheduled')).deletions;

before(async () => {
  collector = await startCollector({});
  // As a site has it: beside the installed package.
  const copy = join(dirname(dirname(installed())), 'erasure.mjs');
  cpSync(fileURLToPath(new URL('../../docs/erasure/erasure.mjs', import.meta.url)), copy);
  ({ erasure } = await import(pathToFileURL(copy)));
  ({ createRequests } = await import(pathToFileURL(join(installed(), 'requests.js'))));
});
after(() => collector.stop());
beforeEach(async () => {
  await control('DELETE', '');
  await control('PUT', '/settings', { bearer: secret });
  await control('POST', '/clock', { stopped: true });
});

/** The page at this address, as a browser asks for it: whole, and under a policy that lets it load nothing. */
async function pageAt(address) {
  const answer = await fetch(address, { headers: { accept: 'text/html,application/xml;q=0.9,*/*;q=0.8' } });
  const headers = ['content-type', 'vary', 'cache-control'].map(name => answer.headers.get(name));
  assert.deepEqual(headers, ['text/html; charset=utf-8', 'accept', 'no-store']);
  assert.match(answer.headers.get('content-security-policy'), /^default-src 'none';/);
  const page = await answer.text();
  assert.match(page, /^<!doctype html><html lang="en">/);
  assert.doesNotMatch(page, /<script|<style|style=| on/i);
  return page;
}

/** A site, whose sessions are said by a header. */
async function site(t, journals, said = []) {
  const requests = createRequests({ token: 'project', oauth: secret, apiHost: collector.http, pace: { interval: 1, firstWait: 1, longestWait: 5 } });
  const handle = erasure({ requests, folder: journals, who: request => request.headers['x-session'], log: line => said.push(line) });
  const server = createServer(async (request, response) => {
    if (!(await handle(request, response))) response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = `http://127.0.0.1:${server.address().port}/privacy/erasure`;
  return {
    address,
    ask: headers => fetch(address, { method: 'POST', headers }),
    page: request => pageAt(`${address}/${request}`),
    look: async request => (await fetch(`${address}/${request}`)).json(),
    status: async request => (await fetch(`${address}/${request}`)).status,
  };
}

test('a visitor is erased, and sees it done', deadline, async t => {
  const journals = folder('erasures');
  const { ask, look, page, status } = await site(t, journals);
  // The first answer is lost: it was taken all the same.
  await collector.behave({ match: 'createDeletion', lose: true });
  assert.equal((await ask({})).status, 401);
  assert.equal((await ask({ 'x-session': 'ada', 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await ask({ 'x-session': 'null' })).status, 400);
  assert.deepEqual(await deletions(), {});

  const answer = await ask({ 'x-session': 'ada', 'sec-fetch-site': 'same-origin' });
  assert.equal(answer.status, 202);
  const told = await answer.json();
  assert.deepEqual(await deletions(), { ada: 1 });
  assert.equal(told.trackingId, (await control('GET', '/tasks'))[0].task);
  assert.deepEqual([told.daysLeft, told.warning, new Date(told.deadline) - new Date(told.asked)], [29, null, 30 * 86_400_000]);

  for (const [state, shown] of [['PENDING', 'queued'], ['STAGING', 'under way'], ['STARTED', 'under way'], ['SUCCESS', 'done']]) {
    const seen = await look(told.request);
    assert.deepEqual([seen.state, seen.done, seen.trackingId], [state, shown === 'done', told.trackingId]);
    const text = await page(told.request);
    assert.ok(text.includes(`<title>Deletion ${shown}</title>`), text);
    assert.ok(text.includes(told.trackingId) && text.includes(`<time datetime="${told.deadline.slice(0, 10)}">`), text);
    assert.equal(text.includes('Look again'), shown !== 'done');
    await control('POST', '/clock', { advanceMs: 2_000 });
  }
  for (const nobody of ['1-2', '..%2Fsecret', `${Date.now()}-${'0'.repeat(32)}`]) {
    assert.equal(await status(nobody), 404);
    assert.match(await page(nobody), /<title>No such request</);
  }
  for (const file of readdirSync(journals)) assert.ok(!readFileSync(join(journals, file), 'utf8').includes(secret));
  assert.deepEqual(await deletions(), { ada: 1 });
});

test('what was asked before a crash is done after it, and lateness is warned of', deadline, async t => {
  const journals = folder('erasures');
  const first = await site(t, journals);
  await collector.behave({ match: 'createDeletion', status: 403 });
  // The service refuses, for now: the request is kept, and goes on later.
  const told = await (await first.ask({ 'x-session': 'ada' })).json();
  assert.deepEqual([told.trackingId, told.done], [null, false]);
  assert.deepEqual(await deletions(), {});
  // Two months later, as the name says.
  const [kept] = readdirSync(journals);
  const name = `${Date.now() - 61 * 86_400_000}-${'ab'.repeat(16)}`;
  writeFileSync(join(journals, `${name}.journal`), readFileSync(join(journals, kept)));
  const said = [];
  const second = await site(t, journals, said);
  const seen = await eventually('it has a task or knows of one', async () => {
    const seen = await second.look(name);
    return (seen.trackingId || seen.alreadyScheduled) && seen;
  });
  assert.deepEqual([seen.warning, seen.done], ['overdue', false]);
  assert.ok(said.some(line => line.includes('overdue')));
  assert.deepEqual(await deletions(), { ada: 1 });
  // Whatever the service says is text, and a state that nobody knows may change yet.
  assert.match(await second.page(name), /It is late/);
  await control('PUT', '/settings', { bearer: secret, end: '<i>gone</i>' });
  await control('POST', '/clock', { advanceMs: 86_400_000 });
  const strange = await second.page(name);
  assert.ok(strange.includes('under way') && !strange.includes('<i>'), strange);
  await control('PUT', '/settings', { bearer: secret, end: 'FAILURE' });
  assert.match(await second.page(name), /<title>Deletion failed</);
});

test('a page is for who prefers one', deadline, async t => {
  const { address } = await site(t, folder('erasures'));
  const type = async accept => (await fetch(`${address}/1-2`, { headers: { accept } })).headers.get('content-type').split(';')[0];
  for (const accept of ['text/html', 'TEXT/HTML; q=0.5, application/json;q=0.4', 'text/*', '*/*;q=0.1, text/html']) {
    assert.equal(await type(accept), 'text/html', accept);
  }
  for (const accept of ['', '*/*', 'application/json', 'text/html, application/json', 'text/html;q=0', 'text/html;q=0.5, */*']) {
    assert.equal(await type(accept), 'application/json', accept);
  }
});
