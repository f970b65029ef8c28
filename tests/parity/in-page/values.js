// Between the data of a scenario and the values of a page.
(() => {
  const { clock } = window.parity;

  /** A function of the scenario: it notes that it was called, with what and when. */
  function callback(description, { library, call, during, calls }) {
    const { name, returns, throws, passes, passesAll, sets, calls: inside } = description;
    return function (...given) {
      calls.push({ name, at: clock.now(), during: during(), on: kindOf(this), given: given.map(one => show(one)) });
      for (const step of inside ?? []) call(step);
      if (throws) throw new Error('a hook of the page');
      if (sets) {
        const [argument, key, value] = sets;
        given[argument][key] = value;
      }
      if (passes !== undefined) return given[passes];
      if (passesAll) return given;
      return read(returns, { library, call, during, calls });
    };
  }

  /** The value that a scenario describes. */
  function read(description, context) {
    if (description === null || typeof description !== 'object') return description;
    if (Array.isArray(description)) return description.map(one => read(one, context));
    if ('$undefined' in description) return undefined;
    if ('$callback' in description) return callback(description.$callback, context);
    if ('$date' in description) return new Date(description.$date);
    if ('$number' in description) return Number(description.$number);
    if ('$element' in description) return document.querySelector(description.$element);
    if ('$elements' in description) return document.querySelectorAll(description.$elements);
    if ('$origin' in description) return location.origin + description.$origin;
    if ('$pattern' in description) return new RegExp(description.$pattern);
    return Object.fromEntries(Object.entries(description).map(([name, one]) => [name, read(one, context)]));
  }

  const isLibrary = value => typeof value.track === 'function' || typeof value.set_once === 'function' || typeof value.union === 'function';

  /** What a function was called on. */
  function kindOf(value) {
    if (value === undefined || value === window) return 'nothing';
    return isLibrary(value) ? `library ${value}` : 'an object';
  }

  /** What a value of the page looks like, as data. */
  function show(value, depth = 0) {
    if (value === undefined) return { $is: 'undefined' };
    if (typeof value === 'function') return { $is: 'function' };
    if (typeof value === 'bigint' || typeof value === 'symbol') return { $is: typeof value };
    if (typeof value === 'number' && !Number.isFinite(value)) return { $is: String(value) };
    if (value === null || typeof value !== 'object') return value;
    if (depth > 6) return { $is: 'deep' };
    if (value instanceof Error) return { $is: 'error' };
    if (value instanceof Event) return { $is: `event ${value.type}` };
    if (value instanceof Element) return { $is: `element ${value.tagName.toLowerCase()}` };
    if (value instanceof RegExp) return { $is: String(value) };
    if (Object.prototype.toString.call(value) === '[object Date]') return { $is: 'date', at: value.getTime() };
    if (typeof value.then === 'function') return { $is: 'promise' };
    if (value instanceof Map) return { $is: 'map', size: value.size };
    if (Array.isArray(value)) return value.map(one => show(one, depth + 1));
    if (isLibrary(value)) return { $is: `library ${value}` };
    return Object.fromEntries(Object.keys(value).map(name => [name, show(value[name], depth + 1)]));
  }

  Object.assign(window.parity, { read, show });
})();
