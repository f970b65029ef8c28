/**
 * An error as host pages see it: a sentence that says what to do, and a stable `code`. Its own
 * properties are defined, not assigned: on some pages `Error.prototype` is frozen.
 */
export function coded(code, message, about, dropped) {
  const error = new Error(about ? message + ': ' + about : message);
  const own = { name: 'ConsentryError', code, ...(about && { about }), ...(dropped && { dropped }) };
  for (const [key, value] of Object.entries(own)) {
    Object.defineProperty(error, key, { __proto__: null, value, configurable: true, enumerable: true, writable: true });
  }
  return error;
}
