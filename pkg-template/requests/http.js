// Sends one request at a time, with the token in its header and nowhere else.
import { failure } from './core.js';

/** No answer is longer. */
const longest = 4 * 1024 * 1024;
const timeout = 120_000;
/** Where no connection was made, nothing arrived. */
const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'EADDRNOTAVAIL']);

/** Milliseconds that never go back. */
export const clock = () => performance.now();

/** Resolves after so many milliseconds, and rejects when the signal says stop. */
export function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(stopped(signal));
    };
    if (signal?.aborted) return reject(stopped(signal));
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, Math.min(Math.max(0, Math.ceil(ms)), 2_147_483_647));
    signal?.addEventListener('abort', stop, { once: true });
  });
}

export const stopped = signal => failure('stopped', '', signal.reason);

/** One after another, with a pause from each answer to the next request, whichever job it is of. */
export class Line {
  #last = Promise.resolve();
  #free = 0;
  #pause;

  constructor(pause) {
    this.#pause = pause;
  }

  async turn(action, signal) {
    const before = this.#last;
    let over;
    this.#last = new Promise(resolve => (over = resolve));
    try {
      await before;
      await sleep(this.#free - clock(), signal);
      try {
        return await action();
      } finally {
        this.#free = clock() + this.#pause;
      }
    } finally {
      over();
    }
  }
}

/** What came back; throws a loss: `{ about, sent, tooLong }`. */
export async function send(secret, { method, url, body }) {
  const headers = { authorization: secret.authorization(), accept: 'application/json' };
  if (body !== null) headers['content-type'] = 'application/json';
  try {
    const answer = await fetch(url, { method, headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    const text = new TextDecoder();
    let read = '';
    let bytes = 0;
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.length;
      if (bytes > longest) throw { tooLong: true };
      read += text.decode(chunk, { stream: true });
    }
    return { status: answer.status, retry: answer.headers.get('retry-after') ?? undefined, body: secret.hidden_in_body(read + text.decode()) };
  } catch (error) {
    throw loss(secret, error);
  }
}

function loss(secret, error) {
  if (error?.tooLong) return { about: 'over 4 MiB', sent: true, tooLong: true };
  const cause = error?.cause ?? error;
  const codes = [cause, ...(cause?.errors ?? [])].map(one => one?.code).filter(Boolean);
  const about = error?.name === 'TimeoutError' ? 'no answer in time' : String(codes[0] ?? cause?.message ?? 'no answer');
  return { about: secret.hidden(about), sent: !(codes.length > 0 && codes.every(code => unsent.has(code))), tooLong: false };
}
