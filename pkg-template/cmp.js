// Follows the consent manager that a site has. Each adapter is a file of its own, so that a bundler leaves out
// those that a site does not use.
export { cookieconsent } from './cmp/cookieconsent.js';
export { generic } from './cmp/generic.js';
