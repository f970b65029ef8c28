// Real consent managers from npm, each as one module that a page can import.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { folder } from './environment.mjs';

/** A folder with a file for each: `{ name: source }`, where the source says what it exports. */
export async function bundledLibs(sources) {
  const outdir = folder('libs');
  const resolveDir = fileURLToPath(new URL('../..', import.meta.url));
  for (const [name, contents] of Object.entries(sources)) {
    await build({ stdin: { contents, resolveDir }, outfile: `${outdir}/${name}.js`, bundle: true, format: 'esm', target: 'es2022', logLevel: 'error' });
  }
  return outdir;
}

export const sources = {
  'vanilla-cookieconsent': "export * from 'vanilla-cookieconsent';",
};
