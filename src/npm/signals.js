// The browser's privacy signals, for the core and for the shell that answers where wasm cannot run.
import { guarded } from './host.js';

/** Whether a browser's value for a signal means "on": the standard values, and those of old browsers. */
const isOn = value => /^(1|true|yes)$/.test(value);

// On a server there may be no navigator to ask.
export const gpc = guarded(false, () => isOn(globalThis.navigator?.globalPrivacyControl));
export const dnt = guarded(false, () => isOn(globalThis.navigator?.doNotTrack) || isOn(globalThis.doNotTrack));
