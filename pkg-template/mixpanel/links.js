// Clicks on links and submitted forms, which are told before the page is left.

/** The elements a page means: by a selector, one, or a list. */
const elementsOf = query =>
  typeof query === 'string' ? [...document.querySelectorAll(query)]
  : query?.nodeType ? [query]
  : Array.from(query || []);

const isReady = () => document.readyState !== 'loading';

/**
 * Tracks an event of each element, and then goes on as the browser would have. `begin` answers how, or
 * nothing where the browser does it; `facts` are properties of an element.
 */
const tracking = (type, facts, begin) => {
  const attach = (instance, query, name, properties, callback) => {
    const elements = elementsOf(query);
    if (!elements.length) {
      console.error('mixpanel: no element fits ' + query);
      return undefined;
    }
    for (const element of elements) {
      element.addEventListener(type, event => {
        const own = typeof properties === 'function' ? properties(element) : properties;
        const props = { ...own, ...facts(element) };
        const goOn = begin(event, element);
        let done = false;
        const end = late => () => {
          if (done) return;
          done = true;
          if (typeof callback === 'function' && callback(late, props) === false) return;
          if (goOn) setTimeout(goOn);
        };
        setTimeout(end(true), instance.get_config('track_links_timeout'));
        instance.track(name, props, end(false));
      });
    }
    return true;
  };
  return (instance, ...values) => {
    if (isReady()) return attach(instance, ...values);
    document.addEventListener('DOMContentLoaded', () => attach(instance, ...values), { once: true });
    return false;
  };
};

export const trackLinks = tracking('click', ({ href }) => (href ? { url: href } : {}), (event, { href, target }) => {
  const elsewhere = event.which === 2 || event.metaKey || event.ctrlKey || target === '_blank';
  if (elsewhere) return undefined;
  event.preventDefault();
  return href ? () => void (window.location = href) : undefined;
});

export const trackForms = tracking('submit', () => ({}), (event, element) => {
  event.preventDefault();
  return () => element.submit();
});
