// The outer layer of the wasm binary format: sections, numbers and texts.

const HEADER = 8;

/** The sections of a module, each as [id, body]. */
export function sections(wasm) {
  const reader = new Reader(wasm, HEADER);
  const found = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    found.push([id, reader.bytes(reader.number())]);
  }
  return found;
}

/** The module with these sections. */
export function wasmOf(sections) {
  const header = Buffer.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  return Buffer.concat([header, ...sections.flatMap(([id, body]) => [Buffer.from([id]), encoded.number(body.length), body])]);
}

/** Reads from a buffer, front to back. */
export class Reader {
  constructor(buffer, at = 0) {
    this.buffer = buffer;
    this.at = at;
  }

  byte() {
    return this.buffer[this.at++];
  }

  bytes(length) {
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  /** An unsigned LEB128 number. */
  number() {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  text() {
    return this.bytes(this.number()).toString('utf8');
  }

  /** What stands behind a number of that many. */
  list(read) {
    return Array.from({ length: this.number() }, () => read(this));
  }

  /** The bytes that `read` moves over. */
  taken(read) {
    const start = this.at;
    read();
    return this.buffer.subarray(start, this.at);
  }
}

/** The same, written. */
export const encoded = {
  number(value) {
    const bytes = [];
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
    return Buffer.from([...bytes, value]);
  },
  text(text) {
    const bytes = Buffer.from(text);
    return Buffer.concat([encoded.number(bytes.length), bytes]);
  },
};
