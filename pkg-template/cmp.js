// Follows the consent manager that a site has. Each adapter is a file of its own, so that a bundler leaves out
// those that a site does not use.
export { c15t } from './cmp/c15t.js';
export { cookieconsent } from './cmp/cookieconsent.js';
export { generic } from './cmp/generic.js';
export { gpp } from './cmp/gpp.js';
export { klaro } from './cmp/klaro.js';
export { tcf } from './cmp/tcf.js';
