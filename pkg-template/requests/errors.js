// What went wrong, for programs and for people. The core words it.
export class RequestsError extends Error {
  constructor({ code, message, status = null, todo, about = '', conflict = null }, cause) {
    super(message, cause && { cause });
    this.code = code;
    this.status = status;
    this.todo = todo;
    this.about = about;
    this.conflict = conflict;
  }
}
// On the prototype, so that it is no property of each.
Object.defineProperty(RequestsError.prototype, 'name', { value: 'RequestsError', configurable: true, writable: true });

/** Calls the core, which throws texts. */
export function attempt(action) {
  try {
    return action();
  } catch (thrown) {
    throw typeof thrown === 'string' ? new RequestsError(JSON.parse(thrown)) : thrown;
  }
}
