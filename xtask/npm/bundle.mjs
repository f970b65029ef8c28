// Bundles the entries, each as an ES module and as CommonJS: node bundle.mjs STAGE_DIR OUT_DIR
// ENTRY...
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ascii } from './ascii.mjs';

const [stageDir, outDir, ...entries] = process.argv.slice(2);
const { version } = JSON.parse(await readFile(join(stageDir, 'package.json'), 'utf8'));
const wasm = await readFile(join(stageDir, 'generated', 'consentry.wasm'));
const hash = await readFile(join(stageDir, 'generated-hash', 'hash.wasm'));
const [buildId] = WebAssembly.Module.customSections(new WebAssembly.Module(wasm), 'build_id');

/** Its default is what `require` gives, as that of the library it replaces. */
const DROP_IN = 'mixpanel';
const footer = { js: 'module.exports=Object.assign(module.exports.default,{default:module.exports.default});' };
const others = entries.filter(entry => entry !== DROP_IN);

/** The languages of the banner stay files of their own, which a page loads when it wants them. */
const texts = 'banner/texts';
const lazyTexts = {
  name: 'lazy texts',
  setup: ({ onResolve }) => onResolve({ filter: new RegExp(`^\\./${texts}/`) }, ({ path }) => ({ path, external: true })),
};

/** For `<script>` tags, which have no modules. */
const scripts = ['consentry.iife', 'consentry-mixpanel.iife'];

for (const [format, ending, names, more] of [
  ['esm', '.js', entries],
  ['cjs', '.cjs', others],
  ['cjs', '.cjs', [DROP_IN], { footer }],
  ['iife', '.js', scripts],
]) {
  await build({
    ...more,
    entryPoints: names.map(entry => join(stageDir, `${entry}.js`)),
    outdir: outDir,
    outExtension: { '.js': ending },
    format,
    bundle: true,
    minify: true,
    target: 'es2020',
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [lazyTexts],
    define: {
      VERSION: JSON.stringify(version),
      BUILD: JSON.stringify(new Uint8Array(buildId).join()),
      WASM_SIZE: String(wasm.length),
      WASM_TEXT: JSON.stringify(ascii(wasm)),
      HASH_SIZE: String(hash.length),
      HASH_TEXT: JSON.stringify(ascii(hash)),
    },
  });
}

const languages = (await readdir(join(stageDir, texts))).filter(file => file !== 'en.js');
await build({ entryPoints: languages.map(file => join(stageDir, texts, file)), outdir: join(outDir, texts), format: 'esm', minify: true, logLevel: 'warning' });

for (const name of scripts) {
  const file = await readFile(join(outDir, `${name}.js`));
  console.log(`${name}.js: integrity="sha384-${createHash('sha384').update(file).digest('base64')}"`);
}
