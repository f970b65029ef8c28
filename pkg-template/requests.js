// Data requests for the GDPR and the CCPA, for servers: Node's IO around the core.
import { core, failure } from './requests/core.js';
import { attempt, RequestsError } from './requests/errors.js';
import { clock, Line, send, sleep, stopped } from './requests/http.js';
import { Job, listOf, plan, summary, through } from './requests/job.js';
import { File, Memory } from './requests/journal.js';

export { RequestsError };

/** Errors that may pass. */
const passing = new Set(['too_many_requests', 'unavailable', 'unreachable', 'malformed']);

const known = {
  create: ['token', 'oauth', 'residency', 'apiHost', 'journal', 'groups', 'pace'],
  pace: ['interval', 'firstWait', 'longestWait', 'tries'],
  retrieve: ['complianceType', 'disclosureType', 'journal', 'signal'],
  delete: ['complianceType', 'journal', 'signal'],
  resume: ['journal', 'repeatDoubtful', 'signal'],
  status: ['operation', 'signal'],
  waitFor: ['operation', 'signal', 'every'],
};

/** The options, none of which is misspelt. */
function options(given, names) {
  const all = given ?? {};
  const unknown = Object.keys(all).find(name => !names.includes(name));
  if (unknown !== undefined) throw failure('invalid_argument', `unknown option ${unknown}`);
  return all;
}

export function createRequests(given) {
  const { token, oauth, residency = 'us', apiHost, journal: usual, groups = 0, pace } = options(given, known.create);
  const { Core, Log, Waits, batch_size, state: told, cancelled } = core();
  for (const [name, value] of Object.entries({ token, oauth, residency })) {
    if (typeof value !== 'string') throw failure('invalid_argument', `${name}: a text`);
  }
  // The token is in the core alone, and in the header it goes out in.
  const secret = attempt(() => new Core(token, oauth, residency, apiHost));
  const { interval, firstWait, longestWait, tries } = options(pace, known.pace);
  const waits = repeat => new Waits(interval, firstWait, longestWait, tries, repeat);
  const line = new Line(waits(false).interval());

  function start(operation, ids, { complianceType = 'GDPR', disclosureType = 'Data', journal: path = usual, signal }) {
    listOf(ids);
    const head = attempt(() => secret.head(operation, complianceType, disclosureType));
    return new Job(async tell => {
      const journal = path === undefined ? new Memory() : await File.begin(path);
      try {
        const refusals = [];
        await plan(journal, head, ids, batch_size(groups), signal, refusals);
        tell({ state: 'planned', ...summary(journal.log.report()) });
        return result(operation, await through({ journal, secret, line, waits: waits(false), signal, tell }), refusals);
      } finally {
        await journal.close();
      }
    });
  }

  /** Asks once, when it is its turn. */
  async function ask(call, signal) {
    return line.turn(async () => {
      try {
        return await send(secret, JSON.parse(call));
      } catch (loss) {
        if (typeof loss?.about !== 'string' || loss instanceof Error) throw loss;
        throw failure(loss.tooLong ? 'answer_too_long' : 'unreachable', loss.about);
      }
    }, signal);
  }

  async function status(task, given) {
    const { signal } = options(given, known.status);
    const { name, operation } = taskOf(task, given);
    const { status, body } = await ask(secret.status(operation, name), signal);
    return { task: name, operation, ...JSON.parse(attempt(() => told(operation, status, body))) };
  }

  return Object.freeze({
    retrieve: (ids, given) => start('retrieve', ids, options(given, known.retrieve)),
    delete: (ids, given) => start('delete', ids, options(given, known.delete)),

    resume(given) {
      const { journal: path = usual, repeatDoubtful = false, signal } = options(given, known.resume);
      if (typeof path !== 'string') throw failure('invalid_argument', 'journal');
      return new Job(async tell => {
        const journal = await File.resume(path);
        try {
          if (!secret.owns(journal.log)) throw failure('journal_mismatch', path);
          const report = await through({ journal, secret, line, waits: waits(repeatDoubtful), signal, tell });
          return result(journal.log.operation(), report, []);
        } finally {
          await journal.close();
        }
      });
    },

    status,

    async cancel(task, given) {
      const { signal } = options(given, known.status);
      const { name, operation } = taskOf(task, given, 'delete');
      if (operation !== 'delete') throw failure('invalid_argument', 'a retrieval cannot be cancelled');
      const { status, body } = await ask(secret.cancel(name), signal);
      attempt(() => cancelled(status, body));
    },

    async waitFor(task, given) {
      const { signal, every = 60_000, operation } = options(given, known.waitFor);
      for (let failures = 0; ;) {
        if (signal?.aborted) throw stopped(signal);
        try {
          const now = await status(task, { operation, signal });
          if (now.ended) return now;
          failures = 0;
        } catch (error) {
          if (!passing.has(error?.code) || ++failures >= (tries ?? 12)) throw error;
        }
        await sleep(every, signal);
      }
    },
  });
}

/** What became of the ids, as `job.done` answers it. */
function result(operation, report, refusals) {
  const { tasks, ids, left, ...counts } = JSON.parse(report);
  return { ...counts, refusals, tasks: tasks.map(task => ({ ...task, operation })) };
}

function taskOf(task, given, usual) {
  const name = typeof task === 'string' ? task : task?.task;
  const operation = given?.operation ?? task?.operation ?? usual;
  if (typeof name !== 'string' || name === '') throw failure('invalid_argument', 'task');
  if (operation !== 'delete' && operation !== 'retrieve') throw failure('invalid_argument', 'operation: delete or retrieve');
  return { name, operation };
}

/** By when a deletion has to be done, and what to say about it. */
export function deadline(requested, now = new Date()) {
  const [from, to] = [requested, now].map(time => new Date(time).getTime());
  if (Number.isNaN(from) || Number.isNaN(to)) throw failure('invalid_argument', 'requested: a time');
  const { law, service, ...rest } = JSON.parse(core().deadline(from, to));
  return { law: new Date(law), service: new Date(service), ...rest };
}
