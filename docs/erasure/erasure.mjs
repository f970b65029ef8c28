// An example: the server's end of an erasure, for Node. See ../erasure.md.
//
// Each request has a journal of its own, whose name is the address of its status: when it was asked
// for, and a number that nobody guesses. Nothing else is stored.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deadline } from 'consentry/requests';

const path = '/privacy/erasure';
/** How long a visitor waits for the tracking id. The erasure goes on without them. */
const patience = 10_000;

/**
 * Answers `(request, response)` for `node:http`, which is `true` when it was for us. `who` answers
 * whose session it is: the id that the site calls `identify` with. Never one from the request's body,
 * or anybody could erase anybody. Journals lie in the folder, which has to be there.
 */
export function erasure({ requests, folder, who, log = console.warn }) {
  const journal = name => join(folder, `${name}.journal`);
  /** The job of each request that is on its way. */
  const running = new Map();

  function run(name, job) {
    const done = job.done.finally(() => running.delete(name));
    done.catch(error => log(`erasure ${name}: ${error.message}`));
    running.set(name, done);
    return done;
  }

  // Whatever an earlier process left is gone on with.
  for (const file of readdirSync(folder).filter(file => file.endsWith('.journal'))) {
    run(file.slice(0, -'.journal'.length), requests.resume({ journal: join(folder, file) }));
  }

  /** What the visitor is shown. */
  function shown(name, result, state = null) {
    const asked = new Date(Number(name.split('-')[0]));
    const { law, daysLeft, warning } = deadline(asked);
    const done = state === 'SUCCESS';
    if (warning && !done) log(`erasure ${name}: ${warning}, to be done by ${law.toISOString()}`);
    return {
      request: name,
      trackingId: result?.tasks[0]?.task ?? null,
      alreadyScheduled: (result?.alreadyScheduled ?? 0) > 0,
      state,
      done,
      asked,
      deadline: law,
      daysLeft,
      warning: done ? null : warning,
    };
  }

  async function ask(request) {
    // Another site's page must not erase our visitor.
    if ((request.headers['sec-fetch-site'] ?? 'same-origin') !== 'same-origin') return [403, { error: 'another site' }];
    const id = await who(request);
    if (!id) return [401, { error: 'nobody is signed in' }];
    const name = `${Date.now()}-${randomBytes(16).toString('hex')}`;
    const job = requests.delete([id], { journal: journal(name) });
    const done = run(name, job);
    // Once the plan is on the disk the erasure comes, whatever happens to this process.
    for await (const _ of job) break;
    const result = await Promise.race([done.catch(() => undefined), new Promise(resolve => setTimeout(resolve, patience).unref())]);
    if (result?.refused > 0) return [400, { error: "nobody's id" }];
    return [202, shown(name, result)];
  }

  async function status(name) {
    if (!/^\d+-[0-9a-f]{32}$/.test(name) || !existsSync(journal(name))) return [404, { error: 'no such request' }];
    if (running.has(name)) return [200, shown(name)];
    // What is complete sends nothing; what failed before goes on.
    const result = await run(name, requests.resume({ journal: journal(name) }));
    const [task] = result.tasks;
    const state = task && (await requests.status(task).catch(() => null))?.state;
    return [200, shown(name, result, state ?? null)];
  }

  return async function handle(request, response) {
    const { pathname } = new URL(request.url, 'http://localhost');
    const asks = pathname === path && request.method === 'POST';
    const looks = pathname.startsWith(`${path}/`) && request.method === 'GET';
    if (!asks && !looks) return false;
    const answer = asks ? ask(request) : status(pathname.slice(path.length + 1));
    const [code, body] = await answer.catch(error => {
      log(`erasure: ${error.message}`);
      return [503, { error: 'try again later' }];
    });
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
    return true;
  };
}
