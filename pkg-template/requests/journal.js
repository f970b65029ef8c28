// The journal: what is asked and what was done of it, in the format of the Rust core. A file, or
// memory where none is named.
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { core, failure } from './core.js';
import { attempt } from './errors.js';
import { lock } from './lock.js';

const newline = 10;

/** In memory: gone with the process. */
export class Memory {
  log = new (core().Log)();
  #batches = [];

  write(record) {
    attempt(() => this.log.write(JSON.stringify(record)));
    if (record.k === 'batch') this.#batches.push(record.ids);
  }
  async append(lines) {
    take(this.log, lines);
  }
  batch(n) {
    const ids = this.#batches[n];
    this.#batches[n] = undefined;
    return ids;
  }
  async seal(record) {
    this.write(record);
  }
  async close() {}
}

const take = (log, lines) => {
  for (const line of lines.split('\n')) if (line) attempt(() => log.read(Buffer.from(line)));
};

/** In a file. */
export class File {
  log = new (core().Log)();
  #path;
  #file;
  #release;
  #end = 0;
  #batches = [];
  #broken = false;

  /** A journal whose plan is whole. */
  static async resume(path) {
    const journal = await File.#locked(path, 'r+');
    if (journal.log.sealed()) return journal;
    await journal.close();
    throw failure('journal_unfinished', path);
  }

  /** A journal with nothing in it, or with a plan that was not written to its end. */
  static async begin(path) {
    const journal = await File.#locked(path, 'a+');
    if (journal.log.sealed() || (journal.#end > 0 && !journal.log.begun())) {
      await journal.close();
      throw failure('journal_mismatch', path);
    }
    await journal.#file.truncate(0);
    // `a+` makes the file, and writes at its end alone.
    await journal.#file.close();
    journal.#file = await open(path, 'r+');
    Object.assign(journal, { log: new (core().Log)() });
    journal.#batches = [];
    journal.#end = 0;
    return journal;
  }

  static async #locked(path, flags) {
    const journal = new File();
    journal.#path = path;
    journal.#release = await lock(path);
    try {
      journal.#file = await open(path, flags, 0o600);
      await journal.#read();
      return journal;
    } catch (error) {
      await journal.close();
      throw error.code && error.syscall ? failure('file', `${path}: ${error.code}`, error) : error;
    }
  }

  /** Reads every line. A wrong one is cut off where it is the last, or nothing was sent yet. */
  async #read() {
    const { size } = await this.#file.stat();
    let wrong = null;
    for await (const { line, ended } of lines(this.#file)) {
      if (wrong) {
        // Past a wrong line of a plan: if it was sealed, requests may have gone.
        if (line.subarray(9).toString('latin1').startsWith('{"k":"sealed"')) throw wrong;
        continue;
      }
      const next = this.#end + line.length + 1;
      if (!ended) break;
      try {
        const ids = attempt(() => this.log.read(line));
        if (ids) this.#batches.push({ at: this.#end, length: line.length });
        this.#end = next;
      } catch (error) {
        if (this.log.sealed() && next < size) throw error;
        wrong = error;
      }
    }
    if (this.#end === size) return;
    if (!this.log.begun()) {
      this.#end = size; // no journal: somebody's, and left alone
      return;
    }
    await this.#file.truncate(this.#end);
    await this.#file.sync();
  }

  async write(record) {
    const line = attempt(() => this.log.write(JSON.stringify(record)));
    if (record.k === 'batch') this.#batches.push({ at: this.#end, length: Buffer.byteLength(line) - 1 });
    await this.#put(line);
  }

  /** Makes the plan safe on the disk, and only then its seal. */
  async seal(record) {
    await this.#sync();
    await this.write(record);
    await this.#sync();
    const folder = await open(dirname(this.#path)).catch(() => null); // Windows opens no folders
    await folder?.sync().catch(() => {});
    await folder?.close();
  }

  /** Resolves once the lines are safe on the disk. */
  async append(text) {
    take(this.log, text);
    await this.#put(text);
    await this.#sync();
  }

  async batch(n) {
    const { at, length } = this.#batches[n];
    const line = Buffer.alloc(length);
    await this.#file.read(line, 0, length, at);
    try {
      const record = JSON.parse(line.subarray(9).toString());
      if (record.k === 'batch' && record.n === n) return record.ids;
    } catch {
      // Said below.
    }
    throw failure('journal_corrupt', `batch ${n} at byte ${at}`);
  }

  async close() {
    await this.#file?.close().catch(() => {});
    await this.#release?.();
  }

  async #put(text) {
    if (this.#broken) throw failure('file', 'open the journal again');
    const bytes = Buffer.from(text);
    await this.#kept(async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#end + done);
        done += bytesWritten;
      }
    });
    this.#end += bytes.length;
  }

  #sync() {
    return this.#kept(() => this.#file.sync());
  }

  async #kept(action) {
    try {
      return await action();
    } catch (error) {
      this.#broken = true;
      throw failure('file', `${this.#path}: ${error.code}`, error);
    }
  }
}

/** Each line without its end, and whether it had one. */
async function* lines(file) {
  const chunk = Buffer.alloc(1 << 16);
  let rest = [];
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    let from = 0;
    for (let end; (end = chunk.subarray(0, bytesRead).indexOf(newline, from)) >= 0; from = end + 1) {
      yield { line: Buffer.concat([...rest, chunk.subarray(from, end)]), ended: true };
      rest = [];
    }
    if (from < bytesRead) rest.push(Buffer.from(chunk.subarray(from, bytesRead)));
  }
  if (rest.length) yield { line: Buffer.concat(rest), ended: false };
}
