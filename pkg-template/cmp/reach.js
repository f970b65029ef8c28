// The functions of the IAB, in this window or in one around it.
import { quiet } from './look.js';

/**
 * Answers `__tcfapi` or `__gpp` as `call(command, callback, parameter)`, or nothing while there is none.
 * `version` is what its messages and calls carry; `isLast`, whether its calls have it last.
 */
export function reach(api, version, isLast, on) {
  const direct = window[api];
  if (typeof direct === 'function') {
    return (command, callback, parameter) =>
      isLast ? direct(command, callback, parameter, version) : direct(command, version, callback, parameter);
  }
  let place = window;
  while (!quiet(() => place.frames[api + 'Locator'])) {
    if (place === window.top) return;
    place = place.parent;
  }
  const callbacks = new Map();
  on(window, 'message', ({ data, source }) => {
    if (source !== place) return;
    const answer = (typeof data === 'string' && data.includes(api) ? JSON.parse(data) : data)?.[api + 'Return'];
    callbacks.get(answer?.callId)?.(answer.returnValue, answer.success);
  });
  return (command, callback, parameter) => {
    const callId = 'consentry' + Math.random();
    callbacks.set(callId, callback);
    place.postMessage({ [api + 'Call']: { command, parameter, version, callId } }, '*');
  };
}
