// Looking at what belongs to the page, its managers and its stores.

/** An own property, or one of one: what a page put on `Object.prototype`, or a proxy makes up, is none. */
export const own = (object, ...path) =>
  path.reduce((from, key) => (from != null && Object.prototype.hasOwnProperty.call(from, key) ? from[key] : undefined), object);

/** Whether a list has it; a text is none. */
export const has = (list, one) => Array.isArray(list) && list.includes(one);

/** What it answers, or nothing where it throws. */
export const quiet = look => {
  try {
    return look();
  } catch {}
};

/** A server has no visitor, nor has a worker. */
export const isPage = () => quiet(() => document instanceof Document) ?? false;

/** Does it when all that runs now has returned. */
export const soon = async act => {
  await 0;
  act();
};

/** A text without its percent signs; nothing where there is none. */
export const decoded = text => (text ? quiet(() => decodeURIComponent(text)) : undefined);

/** The value of a cookie as it lies there; nothing where there is none. */
export const rawCookie = name =>
  quiet(() => document.cookie.split('; ').find(pair => pair.startsWith(name + '=')).slice(name.length + 1));

/** The same, decoded. */
export const cookie = name => decoded(rawCookie(name));

/** What is in localStorage. */
export const stored = name => quiet(() => localStorage.getItem(name) ?? undefined);

/** JSON as its value. */
export const parsed = text => quiet(() => JSON.parse(text));
