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
  klaro: "import * as klaro from 'klaro/dist/klaro-no-css.js'; export default klaro;",
  c15t: "export * from 'c15t';",
  tcf: "export { CmpApi } from '@iabtechlabtcf/cmpapi'; export { GVL, TCModel, TCString } from '@iabtechlabtcf/core'; import stub from '@iabtechlabtcf/stub'; export { stub };",
  gpp: "export { CmpApi } from '@iabgpp/cmpapi';",
};
