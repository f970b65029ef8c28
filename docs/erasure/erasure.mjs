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

/** What a browser is shown of each state: the title, and the sentence. */
const words = {
  queued: ['Deletion queued', 'The deletion of your data is queued.'],
  underWay: ['Deletion under way', 'The deletion of your data is under way.'],
  before: ['Deletion under way', 'The deletion of your data was asked for before: the page of that request says how far it is.'],
  done: ['Deletion done', 'The deletion of your data is done.'],
  failed: ['Deletion failed', 'The deletion of your data has failed. Write to us and name the request.'],
};
const told = {
  PENDING: words.queued,
  SUCCESS: words.done,
  FAILURE: words.failed,
  REVOKED: words.failed,
  NOT_FOUND: words.failed,
};

/** Text between tags, or in quotes. */
const escaped = text => String(text).replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

/** Whether the header `Accept` prefers a page to JSON. */
function prefersPage(accept = '') {
  const ranges = accept.toLowerCase().split(',').map(range => range.split(';').map(part => part.trim()));
  const quality = (...names) => {
    for (const name of names) {
      const found = ranges.find(([range]) => range === name);
      if (found) return Number(found.find(part => part.startsWith('q='))?.slice(2) ?? 1);
    }
    return 0;
  };
  return quality('text/html', 'text/*', '*/*') > quality('application/json', 'application/*', '*/*');
}

/**
 * The answer as a page. It has no script and no style, so that no policy stands against it, and a
 * link instead of a page that loads itself anew while it is read.
 */
function page(code, body) {
  const again = '<p><a href="">Look again</a></p>';
  if (body.error) return html(code === 404 ? 'No such request' : 'Not now', `<p>${escaped(body.error)}</p>${code === 404 ? '' : again}`);
  const { request, trackingId, alreadyScheduled, state, deadline, warning } = body;
  const shown = told[state] ?? (trackingId ? words.underWay : alreadyScheduled ? words.before : words.queued);
  const day = deadline.toISOString().slice(0, 10);
  const late = warning === 'late' || warning === 'overdue' ? ' It is late: ask us why.' : '';
  const task = trackingId ? `<dt>Task</dt><dd>${escaped(trackingId)}</dd>` : '';
  return html(
    shown[0],
    `<p>${shown[1]}</p><p>It ${shown === words.done ? 'was' : 'is'} due by <time datetime="${day}">${day}</time>.${late}</p>` +
      `<dl><dt>Request</dt><dd>${escaped(request)}</dd>${task}</dl>` +
      (shown === words.done || shown === words.failed ? '' : again),
  );
}

const html = (title, text) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title></head><body><main><h1>${title}</h1>${text}</main></body></html>`;

/** The status pages' headers: nothing is loaded, and the address, which is all that guards them, is told to nobody. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

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
    const asPage = looks && prefersPage(request.headers.accept);
    const headers = asPage ? pageHeaders : { 'content-type': 'application/json' };
    response.writeHead(code, { ...headers, 'cache-control': 'no-store', vary: 'accept' });
    response.end(asPage ? page(code, body) : JSON.stringify(body));
    return true;
  };
}
