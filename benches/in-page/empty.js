// The page with nothing: what the browser and the harness cost by themselves.
import { measure } from './bench.js';

measure({
  start: () => ({ track() {} }),
  isQueueKey: () => () => false,
});
