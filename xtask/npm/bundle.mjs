// Bundles the entries, each as an ES module and as CommonJS: node bundle.mjs STAGE_DIR OUT_DIR ENTRY...
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { minify } from 'terser';

const [stageDir, outDir, ...entries] = process.argv.slice(2);
const { version } = JSON.parse(await readFile(join(stageDir, 'package.json'), 'utf8'));
const exports = JSON.parse(await readFile(join(stageDir, 'generated', 'exports.json'), 'utf8'));
for (const entry of entries) {
  for (const [format, ending] of [['esm', 'js'], ['cjs', 'cjs']]) {
    const { outputFiles } = await build({
      write: false,
      entryPoints: [join(stageDir, `${entry}.js`)],
      outfile: join(outDir, `${entry}.${ending}`),
      format,
      bundle: true,
      minify: true,
      target: 'es2020',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'warning',
      define: {
        VERSION: JSON.stringify(version),
        // A client lives as long as its page, so the glue need not watch for its end.
        FinalizationRegistry: 'undefined',
        'Symbol.dispose': 'undefined',
      },
      // Quotes instead, because a template literal would hold line feeds of the wasm as they are.
      supported: { 'template-literal': false },
      // The short names that link.mjs gave the exports of the wasm.
      mangleProps: new RegExp(`^(?:${Object.keys(exports).join('|')})$`),
      mangleCache: { ...exports },
    });
    // A second look: 5 % off the JavaScript after brotli.
    const { code } = await minify(outputFiles[0].text, {
      module: format === 'esm',
      ecma: 2020,
      compress: { passes: 3 },
      // Names of our own that no browser interface has.
      mangle: { properties: { regex: /^(inputs|requests|notices|forCore|told|waitingGrant)$/, keep_quoted: true } },
    });
    await writeFile(outputFiles[0].path, code);
  }
}
