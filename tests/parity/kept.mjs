// What the reference was seen to do in earlier runs, for `--kept`: it does the same again as long as
// the scenario, the player, the package and the browser are the same.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const inPage = fileURLToPath(new URL('in-page', import.meta.url));
const player = fileURLToPath(new URL('play.mjs', import.meta.url));
const playing = [player, ...readdirSync(inPage).map(name => join(inPage, name))];

export class Kept {
  #common;

  constructor(folder, files, browser, reuse) {
    this.folder = folder;
    this.reuse = reuse;
    const library = ['reference.js', 'reference-script.js'].map(name => join(files, name));
    this.#common = [browser, ...[...playing, ...library].map(name => readFileSync(name, 'utf8'))].join('\n');
    mkdirSync(folder, { recursive: true });
  }

  /** What `play` answers, or answered to the same scenario before. */
  async played({ number, ...scenario }, play) {
    const hash = createHash('sha256').update(this.#common).update(JSON.stringify(scenario)).digest('hex');
    const file = join(this.folder, hash + '.json');
    if (this.reuse && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    const seen = await play();
    writeFileSync(file, JSON.stringify(seen));
    return seen;
  }
}
