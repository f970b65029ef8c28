// The default entry: the wasm is inside, and `consentry()` works at once.
import { bytes } from './bytes.js';
import { create } from './client.js';
import { isServer } from './generated/host.js';
import { reason, start } from './runtime.js';

export const consentry = (token, options) => create(!isServer() && start(bytes), token, options, reason);
