// The two libraries, as a site has them: bundled from the package, and as the file of a script tag.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { folder, project } from '../package/support/environment.mjs';

const tests = fileURLToPath(new URL('..', import.meta.url));
const reference = join(tests, 'node_modules', 'mixpanel-browser');

/** The snippet of the reference, as a site has it in its pages. */
export const snippet = readFileSync(join(reference, 'dist', 'mixpanel-jslib-snippet.min.js'), 'utf8');

export const referenceVersion = JSON.parse(readFileSync(join(reference, 'package.json'), 'utf8')).version;

async function bundle(resolveDir, name, outfile) {
  await build({
    stdin: { contents: `import library from '${name}'; window.library = library;`, resolveDir },
    outfile,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Makes the files of the libraries; ours only if it is asked for. Answers their folder. */
export async function makeLibraries(withOurs) {
  const files = join(folder('libraries'), 'files');
  mkdirSync(files);
  await bundle(tests, 'mixpanel-browser', join(files, 'reference.js'));
  copyFileSync(join(reference, 'dist', 'mixpanel.min.js'), join(files, 'reference-script.js'));
  if (withOurs) {
    const root = project('parity');
    const script = join(root, 'node_modules', 'consentry', 'consentry-mixpanel.iife.js');
    await bundle(root, 'consentry/mixpanel', join(files, 'ours.js'));
    if (existsSync(script)) copyFileSync(script, join(files, 'ours-script.js'));
  }
  return files;
}
