// What happens around a page, told to the core.
import { clients, guarded } from './host.js';
import { hangUp, listen } from './tabs.js';

/** Listens for a client. Each of `inputs` takes one kind of news to the core. */
export function connect(client, inputs) {
  const own = clients[client];
  own.inputs = inputs;
  // Every key of ours has the token in it; no key is all of them.
  const stored = key => (key === null || key.includes(own.token)) && inputs.storageChanged(key ?? undefined);
  addEventListener('storage', ({ key }) => stored(key));
  // Where the decision is a cookie, not every browser tells.
  globalThis.cookieStore?.addEventListener('change', ({ changed, deleted }) => [...changed, ...deleted].forEach(({ name }) => stored(name)));
  addEventListener('online', () => inputs.online());
  let left = false;
  const hide = leaves => {
    // A page that is left is hidden afterwards.
    if (!left) inputs.pageHidden((left = leaves));
  };
  listen(client);
  addEventListener('pagehide', () => {
    hide(true);
    hangUp(client);
  });
  // A page that comes back from the back-forward cache heard nothing while it was there.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    left = false;
    listen(client);
    inputs.returned();
  });
  document.addEventListener('visibilitychange', () => document.hidden && hide(false));
}

export const hidden = guarded(false, () => document.hidden);

/** Listens to `beforeunload`, or no more. */
export const watchUnload = guarded(undefined, (client, on) =>
  (on ? addEventListener : removeEventListener)('beforeunload', clients[client].inputs.unloading),
);
