// One process at a time has a journal: the one whose number is in the file beside it.
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { failure } from './core.js';

const held = new Set();

/** Takes the lock, and answers how to give it back. */
export async function lock(path) {
  const file = `${path}.lock`;
  if (held.has(file)) throw failure('journal_locked', path);
  held.add(file);
  try {
    if (!(await made(file))) {
      await clear(file, path);
      if (!(await made(file))) throw failure('journal_locked', path);
    }
  } catch (error) {
    held.delete(file);
    throw error;
  }
  return async () => {
    held.delete(file);
    await unlink(file).catch(() => {});
  };
}

async function made(file) {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw failure('file', `${file}: ${error.code}`, error);
  }
}

/** Removes the lock of a process that is no more. */
async function clear(file, path) {
  const owner = await readFile(file, 'utf8').catch(() => '');
  if (lives(owner)) throw failure('journal_locked', path);
  // Moved first: of two processes that see it, one gets it, and sees whether it is still the old one.
  const aside = `${file}.${process.pid}`;
  await rename(file, aside).catch(() => {});
  const moved = await readFile(aside, 'utf8').catch(() => owner);
  if (moved !== owner) await link(aside, file).catch(() => {});
  await unlink(aside).catch(() => {});
}

function lives(owner) {
  const pid = Number(owner);
  // A number that is our own is of an earlier process: we hold no such lock. Empty is just being written.
  if (owner === '' || pid === process.pid) return owner === '';
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
