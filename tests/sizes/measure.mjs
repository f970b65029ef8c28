// Prints "label\traw\tgzip\tbrotli", one line each, of what a visitor of a site downloads: node measure.mjs PKG_DIR WORK_DIR
//
// Each is a program that imports a package and starts it, bundled for production; the peers are of the versions in tests/package-lock.json.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundlers } from './bundlers.mjs';

const [pkg, work] = process.argv.slice(2).map(path => resolve(path));
const tests = fileURLToPath(new URL('..', import.meta.url));

function print(label, ...parts) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
  const compressions = [part => part, part => gzipSync(part, { level: 9 }), part => brotliCompressSync(part, { params })];
  const sizes = compressions.map(compressed => parts.reduce((sum, part) => sum + compressed(part).length, 0));
  console.log([label, ...sizes].join('\t'));
}

/** A program of ours through a bundler, in a project that holds nothing but the package. */
async function bundled(bundler, program) {
  const root = join(work, bundler);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'out'), { recursive: true });
  cpSync(pkg, join(root, 'node_modules', 'consentry'), { recursive: true });
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'site', private: true }));
  writeFileSync(join(root, 'main.js'), program);
  return readFileSync(await bundlers[bundler](root, join(root, 'out')));
}

/** A program with a peer. */
async function peer(contents) {
  const { outputFiles } = await build({ stdin: { contents, resolveDir: tests }, bundle: true, minify: true, write: false, logLevel: 'error' });
  return outputFiles[0].contents;
}

const program = "import { consentry } from 'consentry';\nconsentry('TOKEN');\n";
print('default entry through esbuild', await bundled('esbuild', program));
for (const [bundler, name] of [['vite', 'Vite'], ['webpack', 'webpack'], ['rollup', 'Rollup'], ['parcel', 'Parcel']])
  print('… through ' + name, await bundled(bundler, program));
const slim = "import { consentry, init } from 'consentry/slim';\ninit('consentry.wasm');\nconsentry('TOKEN');\n";
print('slim entry through esbuild, with its wasm', await bundled('esbuild', slim), readFileSync(join(pkg, 'consentry.wasm')));

const dropIn = "import mixpanel from 'consentry/mixpanel';\nmixpanel.init('TOKEN');\n";
print('drop-in for mixpanel-browser through esbuild', await bundled('esbuild', dropIn));

print("mixpanel-browser's CDN file", readFileSync(join(tests, 'node_modules', 'mixpanel-browser', 'dist', 'mixpanel.min.js')));
print(
  'mixpanel-browser, core loader',
  await peer("import mixpanel from 'mixpanel-browser/src/loaders/loader-module-core';\nmixpanel.init('TOKEN');\n"),
);
print('Snowplow', await peer("import { newTracker } from '@snowplow/browser-tracker';\nnewTracker('sp', 'collector.test');\n"));
print('Plausible', await peer("import { init } from '@plausible-analytics/tracker';\ninit({ domain: 'shop.test' });\n"));
