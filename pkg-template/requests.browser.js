// What a bundle for browsers gets in the place of consentry/requests: an import that no bundler finds,
// whose name is the reason.
import './consentry--requests is for servers only, because the OAuth token it needs must never reach a page. Import it in the server code';

export const createRequests = undefined;
export const RequestsError = undefined;
export const deadline = undefined;
