// The page with the control.
import { control } from './control-script.js';
import { measure } from './bench.js';

measure({
  start: token => ({ track: control(token, location.origin).track }),
  isQueueKey: token => key => key.startsWith(`control_${token}_q_`),
});
