// The order of a module's functions. Nothing depends on it but the size after compression: what is alike compresses best side by side.
import { encoded, sections, wasmOf, Reader } from './wasm.mjs';

const IMPORTS = 2;
const FUNCTIONS = 3;
const EXPORTS = 7;
const CODE = 10;
/** Sections that name no function: types, tables, memory, globals, data, and how many data there are. */
const WITHOUT = [1, 4, 5, 6, 11, 12];

/** Bytes of a piece that two functions can have in common; to how many of the last ones the next is compared, and how much less to each. */
const PIECE = 4;
const BACK = 6;
const FADING = 0.7;

/** The module with its functions in an order that compresses well. */
export function reordered(wasm) {
  const all = sections(wasm);
  const section = id => new Reader(all.find(([one]) => one === id)[1]);
  const imported = section(IMPORTS).number();
  const types = section(FUNCTIONS).list(reader => reader.number());
  const bodies = section(CODE).list(reader => reader.bytes(reader.number()));

  const order = chain(bodies);
  const places = new Map(order.map((old, at) => [imported + old, imported + at]));
  const number = old => encoded.number(places.get(old) ?? old);
  const rewritten = {
    [FUNCTIONS]: () => order.map(old => encoded.number(types[old])),
    [EXPORTS]: reader =>
      reader.list(() => {
        const [name, kind, index] = [reader.text(), reader.byte(), reader.number()];
        return Buffer.concat([encoded.text(name), Buffer.from([kind]), kind === 0 ? number(index) : encoded.number(index)]);
      }),
    [CODE]: () =>
      order.map(old => {
        const body = Buffer.concat(split(bodies[old]).map(part => (Buffer.isBuffer(part) ? part : number(part))));
        return Buffer.concat([encoded.number(body.length), body]);
      }),
  };
  return wasmOf(
    all.map(([id, body]) => {
      if (id === IMPORTS || WITHOUT.includes(id)) return [id, body];
      if (!rewritten[id]) throw new Error(`the wasm has a section ${id}; say in xtask/npm/order.mjs how it names functions`);
      const entries = rewritten[id](new Reader(body));
      return [id, Buffer.concat([encoded.number(entries.length), ...entries])];
    }),
  );
}

/** The smallest function first, and then always the one that is most like the last few. */
function chain(bodies) {
  const likeness = likenesses(bodies);
  const left = new Set(bodies.keys());
  const order = [];
  let next = bodies.indexOf(bodies.reduce((least, one) => (one.length < least.length ? one : least)));
  while (left.delete(next)) {
    order.unshift(next);
    let most = -1;
    for (const one of left) {
      const like = order.slice(0, BACK).reduce((sum, before, at) => sum + likeness(before, one) * FADING ** at, 0);
      if (like > most) [next, most] = [one, like];
    }
  }
  return order.reverse();
}

/** How much two functions have in common, from 0 to 1. */
function likenesses(bodies) {
  const pieces = bodies.map(body => {
    const counts = new Map();
    for (let at = 0; at + PIECE <= body.length; at += 1) {
      const piece = body.toString('latin1', at, at + PIECE);
      counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
    return counts;
  });
  return (a, b) => {
    let common = 0;
    for (const [piece, count] of pieces[a]) common += Math.min(count, pieces[b].get(piece) ?? 0);
    return common / Math.max(bodies[a].length, bodies[b].length);
  };
}

/** A function as bytes, and between them the numbers of the functions it calls. */
function split(body) {
  const reader = new Reader(body);
  const parts = [];
  let from = 0;
  reader.list(() => [reader.number(), reader.byte()]); // the locals: how many of which type
  while (reader.at < body.length) {
    const code = reader.byte();
    if (code === 0x10) {
      parts.push(body.subarray(from, reader.at), reader.number());
      from = reader.at;
    } else if (code === 0x0e) {
      reader.list(() => reader.number()); // br_table
      reader.number();
    } else if (code === 0x43 || code === 0x44) {
      reader.bytes(code === 0x43 ? 4 : 8); // f32.const, f64.const
    } else {
      for (let count = numbersAfter(code, reader); count > 0; count -= 1) reader.number();
    }
  }
  return [...parts, body.subarray(from)];
}

/** How many numbers follow an opcode that names no function. */
function numbersAfter(code, reader) {
  const more = code === 0xfc && reader.number();
  if (code >= 0x28 && code <= 0x3e) return 2; // loads and stores
  if (code >= 0x20 && code <= 0x24) return 1; // locals and globals
  if ([0x02, 0x03, 0x04, 0x0c, 0x0d, 0x3f, 0x40, 0x41, 0x42].includes(code)) return 1; // blocks, branches, size of the memory, constants
  if ((code >= 0x45 && code <= 0xc4) || [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(code)) return 0; // arithmetic, ends, drop, select
  if (code === 0xfc && more < 8) return 0; // conversions
  if (code === 0xfc && (more === 10 || more === 11)) return more === 10 ? 2 : 1; // memory.copy, memory.fill
  throw new Error(`say in xtask/npm/order.mjs what follows the opcode ${code.toString(16)} ${more || ''} of the wasm`);
}
