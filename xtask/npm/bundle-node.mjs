// Bundles the entry for servers, as an ES module and as CommonJS: node bundle-node.mjs STAGE_DIR
// OUT_DIR ENTRY
import { join } from 'node:path';
import { build } from 'esbuild';

const [stageDir, outDir, entry] = process.argv.slice(2);

for (const [format, ending, more] of [
  ['esm', '.js', {}],
  // Where the file is, as CommonJS knows it.
  ['cjs', '.cjs', { banner: { js: 'const __here=require("node:url").pathToFileURL(__filename).href;' }, define: { 'import.meta.url': '__here' } }],
]) {
  await build({
    entryPoints: [join(stageDir, `${entry}.js`)],
    outdir: outDir,
    outExtension: { '.js': ending },
    format,
    bundle: true,
    minify: true,
    // An error's trace and its class show the names.
    keepNames: true,
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'warning',
    ...more,
  });
}
