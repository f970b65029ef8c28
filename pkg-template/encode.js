// Values of the page as JSON text. Whatever they hold, nothing throws, and a bad property costs only itself.

// The core cuts strings at 255; this only keeps a careless megabyte from growing its memory for good.
const longest = 2048;

/** Gives `JSON.stringify` what it would choke on in a form it takes, and names in `bad` what has none. */
const replacer = bad =>
  function (key, value) {
    const raw = this[key];
    switch (typeof value) {
      case 'string':
        // Mixpanel's form of a date: UTC, to the second.
        return raw instanceof Date ? value.slice(0, 19) : value.length > longest ? value.slice(0, longest) : value;
      case 'bigint':
        return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
      case 'symbol':
      case 'function':
        bad.push(key);
    }
    return value;
  };

/** The JSON of an object, and the names of the properties that had to be left out. */
export function encode(value) {
  const bad = [];
  const text = object => JSON.stringify(object, replacer(bad));
  try {
    return [text(value) || '', bad];
  } catch {}
  // A cycle or a throwing getter: one property after the other.
  const members = [];
  try {
    for (const name of Object.keys(value)) {
      try {
        const member = text({ [name]: value[name] }).slice(1, -1);
        if (member) members.push(member);
      } catch {
        bad.push(name);
      }
    }
  } catch {
    bad.push('*');
  }
  return ['{' + members + '}', bad];
}

export const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
