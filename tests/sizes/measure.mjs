// Prints "label\traw\tgzip\tbrotli", one line each, of what a visitor of a site downloads: node measure.mjs PKG_DIR WORK_DIR
//
// Each is a program that imports a package and starts it, bundled for production; the peers are of the versions in tests/package-lock.json.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
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

/** A program of ours or of peers through esbuild, without what it imports only later: languages that the page does not have. */
async function atOnce(contents, resolveDir) {
  const options = { bundle: true, minify: true, write: false, format: 'esm', splitting: true, metafile: true, outdir: '/', logLevel: 'error' };
  const { outputFiles, metafile } = await build({ stdin: { contents, resolveDir }, ...options });
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const outputs = Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]);
  const needed = new Set([outputs.find(([, { entryPoint }]) => entryPoint === '<stdin>')[0]]);
  for (const name of needed)
    for (const { path, kind } of outputs.find(([other]) => other === name)[1].imports) if (kind === 'import-statement') needed.add(basename(path));
  return [...needed].map(name => files.get(name));
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

const adapters = 'c15t, consentMode, cookiebot, cookieconsent, didomi, gpp, klaro, oneTrust, tcf, usercentrics';
const whole = `import { consentry } from 'consentry';
import 'consentry/banner';
import { ${adapters} } from 'consentry/cmp';
const client = consentry('TOKEN');
document.querySelector('consentry-banner').client = client;
for (const follow of [${adapters}]) follow(client);
`;
print('default entry, banner in one language and all adapters', ...(await atOnce(whole, join(work, 'esbuild'))));
const peers = `import mixpanel from 'mixpanel-browser/src/loaders/loader-module-core';
import { getOrCreateConsentRuntime } from 'c15t';
mixpanel.init('TOKEN');
getOrCreateConsentRuntime({ mode: 'offline' });
`;
print("mixpanel-browser's core with c15t", ...(await atOnce(peers, tests)));

print("mixpanel-browser's CDN file", readFileSync(join(tests, 'node_modules', 'mixpanel-browser', 'dist', 'mixpanel.min.js')));
print(
  'mixpanel-browser, core loader',
  await peer("import mixpanel from 'mixpanel-browser/src/loaders/loader-module-core';\nmixpanel.init('TOKEN');\n"),
);
print('Snowplow', await peer("import { newTracker } from '@snowplow/browser-tracker';\nnewTracker('sp', 'collector.test');\n"));
print('Plausible', await peer("import { init } from '@plausible-analytics/tracker';\ninit({ domain: 'shop.test' });\n"));
