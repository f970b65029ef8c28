// The demo must not contact anybody. So a request the SDK means for Mixpanel is handed to the
// collector that serves this page: same method, path, query, body, credentials and abort signal,
// only the host is another. The header `x-consentry-host` tells the collector which host was meant,
// so that the page can show it.
//
// Nothing depends on this being airtight: the page's Content-Security-Policy (`connect-src 'self'`)
// refuses every other host, so what this does not catch fails, and `onRefused` hears of it.

const MIXPANEL = /(^|\.)mixpanel\.com$/;

/**
 * Replaces `window.fetch`. Call it before the client is made.
 * `onStart(path, query)` hears of every request as it leaves the page.
 */
export function standIn(onStart) {
  const browserFetch = window.fetch.bind(window);
  window.fetch = (input, init = {}) => {
    const meant = isAddress(input) ? new URL(input, location.href) : undefined;
    if (!meant || !MIXPANEL.test(meant.hostname)) return browserFetch(input, init);
    const headers = new Headers(init.headers);
    headers.set('x-consentry-host', meant.host);
    onStart(meant.pathname, meant.searchParams);
    return browserFetch(meant.pathname + meant.search, { ...init, headers, mode: 'same-origin' });
  };
}

/** Hears of everything the Content-Security-Policy refused to this page. */
export function onRefused(listener) {
  addEventListener('securitypolicyviolation', event => listener(event.effectiveDirective, event.blockedURI));
}

const isAddress = input => typeof input === 'string' || input instanceof URL;
