// The hosts of every API of a region, for servers and build scripts as much as for pages. Generated
// from the same Rust table the core uses.
export { residencyUrls } from './generated/residency.js';
