// The wasm inside the default entry. Text and size come from the bundler.
import { unpacked } from './unpacked.js';

export const bytes = () => unpacked(WASM_TEXT, WASM_SIZE);
