// The pages that are measured, bundled as a site would bundle them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { project } from '../tests/package/support/environment.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const mixpanel = join(here, 'node_modules', 'mixpanel-browser');

const html = script => `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,">
<script src="/${script}"></script>`;

/** Imports of `consentry` and its entries find the packed package, which is installed in a project of its own. */
const packed = root => ({
  name: 'packed',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^consentry(\/|$)/ }, ({ path, kind, resolveDir }) =>
      resolveDir === root ? undefined : resolve(path, { kind, resolveDir: root }),
    ),
});

async function bundle(root, source, outfile, globalName) {
  await build({
    ...source,
    outfile,
    globalName,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [packed(root)],
  });
}

/** Makes them in a new folder. Answers it, and the versions measured. */
export async function makePages() {
  const root = project('bench');
  const folder = join(root, 'pages');
  mkdirSync(folder);
  for (const name of ['consentry', 'dropIn', 'mixpanel', 'mixpanel-default', 'control', 'empty', 'snowplow', 'startup']) {
    await bundle(root, { entryPoints: [join(here, 'in-page', name + '.js')] }, join(folder, name + '.js'));
    writeFileSync(join(folder, name + '.html'), html(name + '.js'));
  }
  // The scripts whose start is measured: the whole of a library, and the file that mixpanel serves
  // from its CDN.
  const script = (name, contents) => bundle(root, { stdin: { contents, resolveDir: here } }, join(folder, `script-${name}.js`), name);
  await script('consentry', `export { consentry } from 'consentry';`);
  await script('dropIn', `export { default as mixpanel } from 'consentry/mixpanel';`);
  await script('control', `export { control } from './in-page/control-script.js';`);
  await script('snowplow', `export * from '@snowplow/browser-tracker';`);
  await script('empty', '');
  copyFileSync(join(mixpanel, 'dist', 'mixpanel.min.js'), join(folder, 'script-mixpanel.js'));
  const version = directory => JSON.parse(readFileSync(join(directory, 'package.json'))).version;
  const versions = {
    consentry: version(join(root, 'node_modules', 'consentry')),
    mixpanel: version(mixpanel),
    snowplow: version(join(here, 'node_modules', '@snowplow', 'browser-tracker')),
  };
  return { folder, versions };
}
