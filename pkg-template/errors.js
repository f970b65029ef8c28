/** An error as host pages see it: a sentence that says what to do, and a stable `code`. */
export const coded = (code, message, about, dropped) =>
  Object.assign(new Error(about ? message + ': ' + about : message), {
    name: 'ConsentryError',
    code,
    ...(about && { about }),
    ...(dropped && { dropped }),
  });
