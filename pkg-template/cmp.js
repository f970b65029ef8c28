// Follows the consent manager that a site has. Each adapter is a file of its own, so that a bundler leaves out
// those that a site does not use.
export { c15t } from './cmp/c15t.js';
export { consentMode } from './cmp/consentmode.js';
export { cookiebot } from './cmp/cookiebot.js';
export { cookieconsent } from './cmp/cookieconsent.js';
export { didomi } from './cmp/didomi.js';
export { generic } from './cmp/generic.js';
export { gpp } from './cmp/gpp.js';
export { klaro } from './cmp/klaro.js';
export { oneTrust } from './cmp/onetrust.js';
export { tcf } from './cmp/tcf.js';
export { usercentrics } from './cmp/usercentrics.js';
