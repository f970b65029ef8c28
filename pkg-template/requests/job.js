// A job: a plan on its way, and what is told of it.
import { core, failure } from './core.js';
import { attempt, RequestsError } from './errors.js';
import { clock, send, sleep, stopped } from './http.js';

/** Refused ids that are named; all are counted. */
const named = 1_000;
const random = () => Math.floor(Math.random() * 2 ** 32);

/** Progress that nobody has looked at yet is replaced by newer. */
export class Job {
  #progress = null;
  #version = 0;
  #ended = false;
  #wake = [];

  constructor(work) {
    const tell = progress => {
      this.#progress = progress;
      this.#version++;
      for (const wake of this.#wake.splice(0)) wake();
    };
    this.done = work(tell).finally(() => {
      this.#ended = true;
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  async *[Symbol.asyncIterator]() {
    // Whoever iterates hears of a failure at the end.
    this.done.catch(() => {});
    for (let seen = 0; ;) {
      if (this.#version > seen) {
        seen = this.#version;
        yield this.#progress;
      } else if (this.#ended) {
        await this.done;
        return;
      } else {
        await new Promise(resolve => this.#wake.push(resolve));
      }
    }
  }
}

/** Writes the plan: each id once, in batches. */
export async function plan(journal, head, ids, size, signal, refusals) {
  const { refused } = core();
  const seal = { k: 'sealed', batches: 0, ids: 0, duplicates: 0, refused: 0 };
  const seen = new Set();
  let batch = [];
  let place = 0;
  await journal.write(JSON.parse(head));
  const write = async () => {
    await journal.write({ k: 'batch', n: seal.batches++, ids: batch });
    batch = [];
  };
  for await (const id of ids) {
    if (signal?.aborted) throw stopped(signal);
    place++;
    // A number may have lost digits, and is nobody's id for sure.
    const reason = typeof id === 'string' ? refused(id) : `not a text but ${id === null ? 'null' : typeof id}`;
    if (reason) {
      seal.refused++;
      if (refusals.length < named) refusals.push({ place, id: String(id).slice(0, 300), reason });
    } else if (seen.has(id)) {
      seal.duplicates++;
    } else {
      seen.add(id);
      seal.ids++;
      batch.push(id);
      if (batch.length === size) await write();
    }
  }
  if (batch.length) await write();
  await journal.seal(seal);
}

/** Takes the plan through. */
export async function through({ journal, secret, line, waits, signal, tell }) {
  const run = attempt(() => new (core().Run)(journal.log, waits, clock(), Date.now()));
  const progress = (state, more) => tell({ state, ...summary(run.report()), ...more });
  for (;;) {
    if (signal?.aborted) throw stopped(signal);
    const next = JSON.parse(run.next(clock(), Date.now()));
    switch (next.do) {
      case 'batch':
        run.batch(await journal.batch(next.n));
        break;
      case 'write':
        await journal.append(next.lines);
        progress('running');
        break;
      case 'wait': {
        const ms = next.until - clock();
        if (ms > 0) progress('waiting', { waitMs: Math.ceil(ms) });
        await sleep(ms + 1, signal);
        break;
      }
      case 'send':
        // Once it is on its way its answer is waited for, whoever wants to stop: it may have been done.
        await line.turn(async () => {
          try {
            const { status, retry, body } = await send(secret, next.call);
            run.answered(clock(), Date.now(), random(), status, retry, body);
          } catch (loss) {
            if (typeof loss?.about !== 'string' || loss instanceof Error) throw loss;
            run.lost(clock(), Date.now(), random(), loss.tooLong, loss.about, loss.sent);
          }
        });
        break;
      case 'done':
        progress('done');
        return run.report();
      default:
        throw new RequestsError(next.error);
    }
  }
}

/** A report as progress shows it, with the number of tasks alone. */
export function summary(report) {
  const { tasks, ...counts } = JSON.parse(report);
  return { ...counts, tasks: tasks.length };
}

/** Refuses what looks like a list of ids and is none. */
export function listOf(ids) {
  if (ids !== null && typeof ids === 'object' && (Symbol.asyncIterator in ids || Symbol.iterator in ids)) return ids;
  throw failure('invalid_argument', 'ids: a list or an iterator, even for one');
}
