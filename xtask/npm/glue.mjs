// Makes the glue of wasm-bindgen small, before the wasm is optimised: node glue.mjs GLUE_DIR
//
// Its functions keep their names and do the same with less: no copies are cached, texts are encoded by the browser alone, and numbers that
// never reach 2^31 are not made unsigned. That is 0.57 kB after brotli. The generated text is read by
// its exact form, so that another version of wasm-bindgen, or a type that never crossed the border before, fails here and not on a page.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Reader, encoded, sections, wasmOf } from './wasm.mjs';

const EXPORTS = 7;

/** What the generated file may hold besides exported functions; `HELPERS` stands in its place. */
const REPLACED = [
  'WASM_VECTOR_LEN', 'cachedDataViewMemory0', 'getDataViewMemory0', 'getStringFromWasm0', 'cachedUint8ArrayMemory0', 'getUint8ArrayMemory0',
  'isLikeNone', 'passStringToWasm0', 'cachedTextDecoder', 'MAX_SAFARI_DECODE_BYTES', 'numBytesDecoded', 'decodeText', 'cachedTextEncoder', 'wasm',
];
/** Functions of ours all of whose numbers stay below 2^31: handles, counters, codes. Not `own`: the number of a queue is any of 32 bits. */
const SMALL_NUMBERS = ['abort', 'changed', 'consented', 'deleted', 'facts', 'flushed', 'read', 'report', 'send', 'tell', 'wakeAfter', 'write'];
/** It fills a table for JavaScript values, and none of ours ever crosses the border. */
const UNNEEDED = '__wbindgen_init_externref_table';

const HELPERS = `
let wasm;
export function __wbg_set_wasm(exports) {
  wasm = exports;
}
let view = [];
/** The memory. When it grows, views of it become empty. */
const memory = () => (view.length ? view : (view = new Uint8Array(wasm.memory.buffer)));
// Decoders are made anew each time: one that has decoded 2 GB fails in Safari.
const text = (at, length) => new TextDecoder(undefined, { ignoreBOM: true }).decode(memory().subarray(at, at + length));
/** Copies a text into the wasm, which frees it. An encoder is slow to start: for a name it takes as long as the core for an event. */
function passed(value = '') {
  const text = '' + value; // a status is a number
  const encoded = (text.length > 200 || /[^\0-\x7f]/.test(text)) && new TextEncoder().encode(text);
  const { length } = encoded || text;
  const at = length && wasm.__wbindgen_malloc(length, 1);
  const view = memory();
  if (encoded) view.set(encoded, at);
  else for (let i = 0; i < length; i++) view[at + i] = text.charCodeAt(i);
  return [at || 1, length]; // 1 is where Rust has an empty text
}
/** Answers a text, or that there is none, where the wasm looks for it. */
function answer(at, text) {
  const parts = text === undefined ? [0] : passed(text);
  new Uint32Array(wasm.memory.buffer, at >>> 0, 2).set(parts);
}
`;

const [dir] = process.argv.slice(2);
const glueFile = join(dir, 'consentry_bg.js');
const wasmFile = join(dir, 'consentry_bg.wasm');
const generated = await readFile(glueFile, 'utf8');

const written = [];
const rest = generated
  .replace(/^import .*;\n/gm, line => (written.push(line), ''))
  .replace(/^export function (\w+)\((.*)\) \{\n([^]*?)^\}\n/gm, (_, name, parameters, body) => {
    if (name === '__wbg_set_wasm' || name === UNNEEDED) return '';
    written.push((name.startsWith('__') ? imported : exported)(name, parameters, body));
    return '';
  });
for (const [, name] of rest.matchAll(/^(?:let|const|var|function|class) (\w+)/gm)) if (!REPLACED.includes(name)) throw unknown(name);
const glue = written.join('') + HELPERS;
await writeFile(glueFile, glue);

// Exports that the glue does not use keep functions alive.
const used = new Set(Array.from(glue.matchAll(/\bwasm\.(\w+)/g), ([, name]) => name));
const wasm = await readFile(wasmFile);
const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ kind }) => kind === 'function');
await writeFile(wasmFile, wasmOf(sections(wasm).map(([id, body]) => [id, id === EXPORTS ? onlyUsed(new Reader(body)) : body])));

function unknown(name) {
  return new Error(`wasm-bindgen's ${name} in ${glueFile} has a form that xtask/npm/glue.mjs does not know; teach it that form`);
}

/** A function of JavaScript, as the wasm calls it. */
function imported(name, parameters, body) {
  const answers = body.match(
    /^ +const ret = (.*);\n +(?:const|var) ptr1 = (?:isLikeNone\(ret\) \? 0 : )?passStringToWasm0\(ret, .*\);\n +(?:const|var) len1 = WASM_VECTOR_LEN;\n.*setInt32\(\(arg0 >>> 0\) \+ 4 \* 1, len1, true\);\n.*setInt32\(\(arg0 >>> 0\) \+ 4 \* 0, ptr1, true\);\n$/,
  );
  const [, func, given] = (answers ? answers[1] : body).match(/^ *(?:const ret = )?(\w+)\((.*)\);?\n?(?: +return ret;\n)?$/) ?? [];
  const values = given?.replace(/ >>> 0/g, SMALL_NUMBERS.includes(func) ? '' : '$&').replace(/getStringFromWasm0\(/g, 'text(');
  if (!/^(((arg\d+ === 0 \? undefined : )?text\(arg\d+, arg\d+\)|arg\d+( !== 0| >>> 0)?)(, |$))*$/.test(values)) throw unknown(name);
  if (values === parameters) return `export { ${func} as ${name} };\n`;
  const call = `${func}(${values})`;
  return `export const ${name} = (${parameters}) => ${answers ? `answer(arg0, ${call})` : call};\n`;
}

/** A function of the wasm, as our JavaScript calls it. */
function exported(name, parameters, body) {
  const values = parameters.split(', ').map(one => (body.includes(`passStringToWasm0(${one}, `) ? `...passed(${one})` : one));
  if (!new RegExp(`^ +const ret = wasm\\.${name}\\(.*\\);\\n +return ret(?: !== 0| >>> 0)?;\\n$`, 'm').test(body)) throw unknown(name);
  return `export const ${name} = (${parameters}) => wasm.${name}(${values.join(', ')});\n`;
}

/** The body of the export section with what the glue uses. */
function onlyUsed(reader) {
  const entries = [];
  for (let count = reader.number(); count > 0; count -= 1) {
    const name = reader.text();
    const rest = reader.taken(() => (reader.byte(), reader.number())); // the kind and an index, as they are
    // wasm-bindgen starts the wasm with that one function; anything else would have to be called.
    if (name === '__wbindgen_start' && rest[1] !== imports.findIndex(one => one.name === UNNEEDED)) throw unknown(name);
    if (used.delete(name)) entries.push([encoded.text(name), rest]);
  }
  if (used.size) throw new Error(`the wasm does not export ${[...used]}, which xtask/npm/glue.mjs uses`);
  return Buffer.concat([encoded.number(entries.length), ...entries.flat()]);
}
