// Joins wasm and glue: node link.mjs GLUE_DIR OPTIMISED_WASM OUT_DIR
//
// Names that cross between the two are long, carry hashes that nothing can compress, and stand in both. So here every
// import and export of the wasm gets a short name. Written: `consentry.wasm`; `bytes.js`, the same as a string;
// `imports.js`, which gives the imports their functions; `exports.json`, with which the bundler renames the glue's calls;
// `consentry_bg.js`, the glue as it was; and the crate's own JavaScript files under their own names.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { sections, wasmOf, Reader, encoded } from './wasm.mjs';

// Characters are bytes XOR this. It turns the frequent bytes 0, 1 and 2 into letters, so that neither our bundler nor one
// that writes ASCII only has to escape them. Over the raw wasm, after brotli, on modules of 5 to 66 kB: 2 to 5 %, and 5 to
// 12 % when escaped; without it 7 to 8 % and 8 to 15 %; as base64 24 to 31 %.
const KEY = 109;
const GLUE = './consentry_bg.js';
const IMPORTS = 2;
const EXPORTS = 7;
const KINDS = ['function', 'table', 'memory', 'global'];

const [glueDir, wasmFile, outDir] = process.argv.slice(2);
const wasm = await readFile(wasmFile);
const compiled = new WebAssembly.Module(wasm);
const imports = WebAssembly.Module.imports(compiled);
const other = imports.find(({ kind }) => kind !== 'function');
if (other) throw new Error(`the wasm imports the ${other.kind} ${other.name}; link.mjs only knows functions`);

await mkdir(outDir, { recursive: true });
await cp(join(glueDir, GLUE), join(outDir, GLUE));
const sources = new Map([[GLUE, 'glue'], ...(await copiedSnippets())]);

// Exports without an underscore could be the name of a property elsewhere in our JavaScript; the bundler would rename
// that as well. wasm-bindgen's exported globals serve unwinding, which this build has not.
const exportNames = WebAssembly.Module.exports(compiled)
  .filter(({ kind, name }) => kind !== 'global' && name.includes('_'))
  .map(({ name }) => name);
const shortImports = shortened(imports.map(({ module, name }) => `${module}\n${name}`));
const shortExports = shortened(exportNames);
// The module of every import names this build: a wasm file and JavaScript of two builds do not link.
const build = createHash('sha256')
  .update(await readFile(join(glueDir, GLUE)))
  .update(JSON.stringify([...shortImports, ...shortExports]))
  .digest('hex')
  .slice(0, 6);

const linked = wasmOf(sections(wasm).map(([id, body]) => [id, renamed(id, new Reader(body)) ?? body]));
await writeFile(join(outDir, 'consentry.wasm'), linked);
await writeFile(join(outDir, 'bytes.js'), bytesJs(linked));
await writeFile(join(outDir, 'imports.js'), importsJs());
await writeFile(join(outDir, 'exports.json'), JSON.stringify(Object.fromEntries(shortExports)));

/** The crate's own JavaScript files: the module that glue and wasm import, and the name under which the entries do. */
async function copiedSnippets() {
  const to = join(outDir, 'snippets');
  await cp(join(glueDir, 'snippets'), to, { recursive: true });
  const entries = await readdir(to, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, path, name }) => [join(parentPath ?? path, name), name]);
  const modules = files.map(([file, name]) => [`./${relative(outDir, file).replaceAll(sep, '/')}`, basename(name, '.js')]);
  for (const [module, name] of modules) await writeFile(join(outDir, `${name}.js`), `export * from '${module}';\n`);
  return modules;
}

/** Long names to a, b, …, z, A, …, Z, aa, ab, … */
function shortened(names) {
  const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const letters = (index) =>
    (index < alphabet.length ? '' : letters(Math.floor(index / alphabet.length) - 1)) + alphabet[index % alphabet.length];
  return new Map([...new Set(names)].map((name, index) => [name, letters(index)]));
}

/** The body of the import or export section with the short names; nothing for other sections. */
function renamed(id, reader) {
  if (id !== IMPORTS && id !== EXPORTS) return undefined;
  const entries = [];
  for (let count = reader.number(); count > 0; count -= 1) {
    const name = id === IMPORTS ? `${reader.text()}\n${reader.text()}` : reader.text();
    const rest = reader.taken(() => (reader.byte(), reader.number())); // the kind and an index, as they are
    if (id === IMPORTS) entries.push([encoded.text(build), encoded.text(shortImports.get(name)), rest]);
    else if (KINDS[rest[0]] !== 'global') entries.push([encoded.text(shortExports.get(name) ?? name), rest]);
  }
  return Buffer.concat([encoded.number(entries.length), ...entries.flat()]);
}

function importsJs() {
  const entries = [...shortImports].map(([long, short]) => {
    const [module, name] = long.split('\n');
    if (!sources.has(module)) throw new Error(`the wasm imports from ${module}; link.mjs knows ${[...sources.keys()]}`);
    return `    ${short}: ${sources.get(module)}.${name},`;
  });
  return `// Generated by xtask/npm/link.mjs.
${[...sources].map(([module, name]) => `import * as ${name} from '${module === GLUE ? GLUE : `./${name}.js`}';`).join('\n')}
export const imports = {
  '${build}': {
${entries.join('\n')}
  },
};
`;
}

function bytesJs(bytes) {
  const text = Array.from(bytes, (byte) => `\\x${(byte ^ KEY).toString(16).padStart(2, '0')}`).join('');
  return `// Generated by xtask/npm/link.mjs: each character is one byte of the wasm, XOR ${KEY}.
const text = "${text}";
export const bytes = () => new Uint8Array(text.length).map((_, i) => text.charCodeAt(i) ^ ${KEY});
`;
}
