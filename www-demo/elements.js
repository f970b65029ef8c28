// The few helpers every part of this page uses to read and build the document.

export const byId = id => document.getElementById(id);

/** An element with attributes and children. Text is always text, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter(child => child !== undefined));
  return made;
}

/** Sets a text only when it changed, so that screen readers and selections are left in peace. */
export function say(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

let last = 0;

/** The time in milliseconds, never the same twice: what this page does has an order. */
export function tick() {
  last = Math.max(Date.now(), last + 0.001);
  return last;
}

export const time = at => new Date(at).toLocaleTimeString('en-GB');

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export const size = bytes => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`);

export const bytesOf = text => new TextEncoder().encode(text).length;

/** JSON with indentation, or the text itself when it is not JSON. */
export function pretty(value) {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
