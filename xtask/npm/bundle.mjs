// Bundles the entries, each as an ES module and as CommonJS: node bundle.mjs STAGE_DIR OUT_DIR ENTRY...
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

const [stageDir, outDir, ...entries] = process.argv.slice(2);
const { version } = JSON.parse(await readFile(join(stageDir, 'package.json'), 'utf8'));
const wasm = await readFile(join(stageDir, 'generated', 'consentry.wasm'));

// The wasm stands in the default entry as a text, each character one byte XOR a key. A key turns the frequent bytes 0, 1 and 2 into letters,
// so that neither we nor a bundler that writes ASCII only has to escape them. At the end of the file it is 80 bytes smaller after brotli
// than among the code. Which of the good keys is best changes with every build, by some 50 bytes.
const KEYS = [57, 60, 62, 63, 67, 69, 72, 78, 79, 80, 81, 109, 112, 113, 118, 119];
/** The names of text and key in bytes.js, and the text's in the bundle. */
const WASM_TEXT = 'W';
const WASM_KEY = 'WASM_KEY';
/** Names of our own that are neither public nor kept in a store, and that nothing of the browser has that we use: `builtins` are mangled too. */
const OWN_NAMES =
  /^(inputs|requests|notices|forCore|told|waitingGrant|woke|answered|record|current|fault|found|channel|timer|said|number|queues|release|again|claimed|returned|watching|asked|goes|online|timeout|left|token|stopped)$/;

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
        WASM_TEXT,
      },
    });
    // A second look: 5 % off the JavaScript after brotli.
    const { code } = await minify(outputFiles[0].text, {
      module: format === 'esm',
      ecma: 2020,
      compress: { passes: 3, hoist_funs: true },
      mangle: { properties: { regex: OWN_NAMES, builtins: true, keep_quoted: true } },
    });
    await writeFile(outputFiles[0].path, code.includes(WASM_KEY) ? withWasm(code) : code);
  }
}

/** The code with the wasm, under the key that makes the smallest file. */
function withWasm(code) {
  const escapes = { "'": "\\'", '\\': '\\\\', '\0': '\\x00', '\n': '\\n', '\r': '\\r' };
  const files = KEYS.map(key => {
    const text = String.fromCharCode(...wasm.map(byte => byte ^ key)).replace(/['\\\0\n\r]/g, one => escapes[one]);
    return `${code.replace(WASM_KEY, key)}var ${WASM_TEXT}='${text}';\n`;
  });
  const sizes = files.map(file => brotliCompressSync(file).length);
  return files[sizes.indexOf(Math.min(...sizes))];
}
