// The stand-in and the client agree with the published description of the API. Prism checks what goes
// through it against that file, and plays the API by it. The file is no part of this project: it is
// read from beside it, and where it is not there these tests are skipped.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freePort, start, stop } from './support/child.mjs';
import { startCollector } from './support/collector.mjs';
import { installed } from './support/environment.mjs';
import { eventually } from './support/eventually.mjs';

const described = fileURLToPath(new URL('../../../shared/specs/gdpr.openapi.yaml', import.meta.url));
const program = fileURLToPath(new URL('../node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url));
const skip = existsSync(described) ? false : 'the published file is not there: put it at ../shared/specs/gdpr.openapi.yaml, beside the project';
/** Prism alone takes many seconds to start. */
const deadline = { timeout: 120_000 };
const token = 'oauth-secret-1234567890';

async function prism(command, ...rest) {
  const at = await freePort();
  const child = start(process.execPath, [program, command, described, ...rest, '--host', '127.0.0.1', '--port', String(at)], ['ignore', 'ignore', 'inherit']);
  const base = `http://127.0.0.1:${at}`;
  await eventually('Prism listens', () => fetch(base).then(() => true, () => false), 60_000);
  return { base, stop: () => stop(child) };
}

/**
 * In front of Prism: the API's own path, and without the slash that clients send at the end, which the
 * file does not have. Keeps what Prism had to object to.
 */
async function front(base, prefer) {
  const objections = [];
  const server = createServer(async (request, response) => {
    const body = request.method === 'POST' ? Buffer.concat(await request.toArray()) : undefined;
    const target = base + request.url.replace(/^\/api\/app/, '').replace('/v3.0/?', '/v3.0?');
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(target, { method: request.method, headers: { ...headers, ...prefer }, body });
    const violations = answer.headers.get('sl-violations');
    const text = await answer.text();
    if (violations) objections.push(`${request.method} ${request.url}: ${violations}`);
    if (text.includes('stoplight.io/prism/errors')) objections.push(`${request.method} ${request.url}: ${text}`);
    response.writeHead(answer.status, answer.status === 204 ? {} : { 'content-type': 'application/json' }).end(answer.status === 204 ? undefined : text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { base: `http://127.0.0.1:${server.address().port}`, objections, close: () => server.close() };
}

describe('the published description', { skip }, () => {
  let collector, createRequests;
  const control = (method, name, body) => fetch(`${collector.http}/_collector/requests${name}`, { method, body: body && JSON.stringify(body) });
  const make = (apiHost, oauth = token) => createRequests({ token: 'project', oauth, apiHost, pace: { interval: 1, firstWait: 1, longestWait: 2 } });
  before(async () => {
    collector = await startCollector({});
    ({ createRequests } = await import(pathToFileURL(join(installed(), 'requests.js'))));
  });
  after(() => collector?.stop());

  test('every request of the client and every answer of the stand-in is as described', deadline, async () => {
    const checker = await prism('proxy', `${collector.http}/api/app`, '--errors');
    const gate = await front(checker.base);
    try {
      await control('POST', '/clock', { stopped: true });
      await control('PUT', '/settings', { bearer: token, projects: ['project'] });
      const requests = make(gate.base);
      const { tasks: [deletion] } = await requests.delete(['a', 'b'], { complianceType: 'CCPA' }).done;
      const { tasks: [cancelled] } = await requests.delete(['c']).done;
      const { tasks: [retrieval] } = await requests.retrieve(['a'], { complianceType: 'CCPA', disclosureType: 'Categories' }).done;
      await requests.cancel(cancelled);
      const states = [];
      for (let step = 0; step < 4; step++) {
        states.push((await requests.status(deletion)).state);
        await requests.status(retrieval);
        await control('POST', '/clock', { advanceMs: 2_000 });
      }
      assert.deepEqual(states, ['PENDING', 'STAGING', 'STARTED', 'SUCCESS']);
      assert.ok((await requests.status(retrieval)).link);
      for (const task of [cancelled, { task: '1', operation: 'delete' }, { task: '1', operation: 'retrieve' }]) await requests.status(task);
      const codes = async requests => {
        const tried = [
          requests.delete(['a']).done, requests.retrieve(['a']).done, requests.cancel('1'),
          requests.status('1', { operation: 'delete' }), requests.status('1', { operation: 'retrieve' }),
        ];
        return Promise.all(tried.map(promise => promise.then(() => 'none', error => error.code)));
      };
      assert.deepEqual(await codes(make(gate.base, 'another-token')), Array(5).fill('unauthorized'));
      await control('PUT', '/settings', { projects: ['another'] });
      assert.deepEqual(await codes(make(gate.base)), Array(5).fill('forbidden'));
      assert.deepEqual(gate.objections, []);
      // What is not described is objected to: the checker checks.
      await control('PUT', '/settings', { shape: 'older' });
      await assert.rejects(make(gate.base).status('1', { operation: 'delete' }));
      assert.match(gate.objections.join(), /must have required property 'tracking_id'/);
    } finally {
      gate.close();
      await checker.stop();
    }
  });

  test('the client understands the mock that Prism makes of it', deadline, async () => {
    const mock = await prism('mock');
    const gates = [await front(mock.base), await front(mock.base, { prefer: 'code=401' }), await front(mock.base, { prefer: 'code=403' })];
    try {
      const requests = make(gates[0].base);
      const { scheduled, tasks } = await requests.delete(['a', 'b']).done;
      assert.deepEqual([scheduled, tasks[0].task], [2, 'job-tracking-id']);
      assert.equal((await requests.retrieve(['a']).done).scheduled, 1);
      const states = [await requests.status('1', { operation: 'delete' }), await requests.status('1', { operation: 'retrieve' })];
      // The second has no example, and gets the first of the states.
      assert.deepEqual(states.map(({ state }) => state), ['SUCCESS', 'PENDING']);
      assert.equal(states[1].link, 'linktoexportfile.com/9871287366712');
      await requests.cancel('1');
      for (const [gate, code] of [[gates[1], 'unauthorized'], [gates[2], 'forbidden']]) {
        await assert.rejects(make(gate.base).delete(['a']).done, { code });
        await assert.rejects(make(gate.base).cancel('1'), { code });
      }
      // The file's own example of a deletion's state has a text where the file wants a number.
      const objections = gates.flatMap(gate => gate.objections);
      assert.ok(objections.every(one => one.includes('results.project_id must be number')), objections.join('\n'));
    } finally {
      for (const gate of gates) gate.close();
      await mock.stop();
    }
  });
});
