// Looking at what belongs to the page, its managers and its stores.

/** An own property: what a page put on `Object.prototype`, or a proxy makes up, is none. */
export const own = (object, key) => (object != null && Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined);

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

/** The value of a cookie as it lies there; nothing where there is none. */
export const rawCookie = name =>
  quiet(() => document.cookie.split('; ').find(pair => pair.startsWith(name + '='))?.slice(name.length + 1));

/** The same, decoded. */
export const cookie = name => {
  const raw = rawCookie(name);
  return raw === undefined ? undefined : quiet(() => decodeURIComponent(raw));
};

/** What is in localStorage. */
export const stored = name => quiet(() => localStorage.getItem(name) ?? undefined);

/** JSON as its value. */
export const parsed = text => quiet(() => JSON.parse(text));

/** A time as milliseconds, never in the future; 0 where it is none. */
export const time = value => {
  const at = typeof value === 'number' ? value : Date.parse(value);
  return at > 0 ? Math.min(at, Date.now()) : 0;
};
