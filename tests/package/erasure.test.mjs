// The erasure chain of docs/erasure.md, on Node's end.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startCollector } from './support/collector.mjs';
import { folder, installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';
import { inEngines } from './support/lab.mjs';

const secret = 'oauth-secret-1234567890';
const deadline = { timeout: 45_000 };
let collector, erasure, createRequests;
const control = async (method, name, body, { http } = collector) => {
  const answer = await fetch(`${http}/_collector/requests${name}`, { method, body: body && JSON.stringify(body) });
  return answer.status === 204 ? undefined : answer.json();
};
const deletions = async at => (await control('GET', '/scheduled', undefined, at)).deletions;

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
  // One of the two has the task, the other was asked for before.
  const names = readdirSync(journals).map(file => file.slice(0, -'.journal'.length));
  const pages = async () => (await Promise.all(names.map(second.page))).sort((one, other) => one.includes('<dt>Task') - other.includes('<dt>Task'));
  const [again, strange] = await pages();
  assert.match(again, /was asked for before/);
  assert.ok(strange.includes('under way') && !strange.includes('<i>'), strange);
  await control('PUT', '/settings', { bearer: secret, end: 'FAILURE' });
  assert.match((await pages())[1], /<title>Deletion failed</);
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

/** What docs/erasure.md has a page do, as it stands there. */
const documented = readFileSync(new URL('../../docs/erasure.md', import.meta.url), 'utf8').match(/^## The page\n+```js\n(.*?)^```/ms)[1];

/**
 * A shop at an address that the browser asks without its proxy: a visitor signs in, and its page does
 * what the document says. Whatever else the page asks for reaches the collector.
 */
async function shop(t, journals, http) {
  const sessions = new Map();
  const sessionOf = ({ headers }) => sessions.get(/session=([^;]*)/.exec(headers.cookie)?.[1]);
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>shop</title><link rel="icon" href="data:,">
<button>Delete my data</button><script type="module" src="/shop.js"></script>`;
  const script = `import { consentry } from '/pkg/index.js';
const client = consentry('project');
client.optIn();
client.identify('ada');
client.people.set({ name: 'Ada' });
client.track('Seen');
document.querySelector('button').onclick = async () => {
${documented}};
window.flushed = client.flush();
`;
  const requests = createRequests({ token: 'project', oauth: secret, apiHost: http, pace: { interval: 1, firstWait: 1, longestWait: 5 } });
  const handle = erasure({ requests, folder: journals, who: request => sessionOf(request)?.userId });
  const asked = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') asked.push([request.url, request.headers['content-length']]);
    if (await handle(request, response)) return;
    const [, file] = /^\/pkg\/([\w./-]+)$/.exec(request.url) ?? [];
    if (request.url === '/') {
      const session = randomUUID();
      sessions.set(session, { userId: 'ada' });
      response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': `session=${session}; HttpOnly; SameSite=Lax` }).end(page);
    } else if (file || request.url === '/shop.js') {
      const text = file ? readFileSync(join(installed(), file)) : script;
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(text);
    } else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => (server.close(), server.closeAllConnections()));
  return { address: `http://127.0.0.1:${server.address().port}`, asked };
}

inEngines((lab, check) => {
  check('from the click to the end, as the document says', async t => {
    const { driver, collector } = lab;
    await control('DELETE', '', undefined, collector);
    await control('PUT', '/settings', { bearer: secret }, collector);
    await control('POST', '/clock', { stopped: true }, collector);
    const journals = folder('erasures');
    const { address, asked } = await shop(t, journals, collector.http);

    await driver.get(address + '/');
    const profiles = async () => (await collector.received()).filter(({ kind }) => kind === 'engage').flatMap(({ records }) => records);
    await eventually('the profile is set', async () => (await profiles()).some(record => record.$set?.name === 'Ada'));
    assert.deepEqual(await deletions(collector), {});
    await driver.executeScript("document.querySelector('button').click()");

    /** A page that was not looked at before, for two may say the same. */
    const titled = title =>
      eventually(`the page says ${title}`, () => driver.executeScript("return document.readyState === 'complete' && !window.seen && document.title === arguments[0]", title));
    await titled('Deletion queued');
    assert.deepEqual(await deletions(collector), { ada: 1 });
    const gone = (await profiles()).filter(record => '$delete' in record).map(record => record.$distinct_id);
    assert.deepEqual(gone, ['ada']);
    assert.deepEqual(asked, [['/privacy/erasure', '0']]);
    assert.deepEqual(readdirSync(journals).length, 1);
    const text = () => driver.executeScript('return document.body.innerText');
    const due = new Date(Number(readdirSync(journals)[0].split('-')[0]) + 30 * 86_400_000).toISOString().slice(0, 10);
    assert.ok((await text()).includes(`It is due by ${due}`), await text());

    for (const shown of ['under way', 'under way', 'done']) {
      await control('POST', '/clock', { advanceMs: 2_000 }, collector);
      await driver.executeScript("window.seen = true; document.querySelector('a').click()");
      await titled(`Deletion ${shown}`);
    }
    assert.equal(await driver.executeScript("return document.querySelector('a')"), null);
    assert.ok((await text()).includes('The deletion of your data is done.'));
    assert.deepEqual(await deletions(collector), { ada: 1 });
  });
});
