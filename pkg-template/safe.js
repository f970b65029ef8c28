// What stands between our code and the page's, both ways.

/**
 * The methods as a page gets them: whatever it passes, nothing throws into it. `invalid` hears
 * which one could not do it.
 */
export const guarded = (methods, invalid) =>
  Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (...values) => {
        try {
          return method(...values);
        } catch {
          invalid(name);
        }
      },
    ]),
  );

const log = error => console.error(error);

/** Calls a listener of the page. */
export function tell(listener, value) {
  try {
    listener(value);
  } catch (error) {
    if (listener !== log) tell(log, error);
  }
}
