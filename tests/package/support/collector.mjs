// The collector, and its control API. See xtask/collector/README.md.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { given } from './environment.mjs';
import { start, stop } from './child.mjs';

/** Starts a collector with TLS and a proxy that serves these folders: `{ '/pkg': folder }`. */
export async function startCollector(folders, policies = {}) {
  const pairs = (name, object) => Object.entries(object).flatMap(([prefix, value]) => [name, `${prefix}=${value}`]);
  const parameters = ['--proxy', '--stop-with-stdin', ...pairs('--serve', folders), ...pairs('--csp', policies)];
  const child = start(given('CONSENTRY_COLLECTOR'), parameters, ['pipe', 'pipe', 'inherit']);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { http, tls, proxy } = JSON.parse(line);

  async function control(method, name, body) {
    const response = await fetch(`${http}/_collector/${name}`, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${name}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }
  return {
    http,
    tls,
    proxy,
    received: () => control('GET', 'received'),
    contacts: () => control('GET', 'contacts'),
    /** Forgets what arrived and ends every hang. */
    clear: () => control('DELETE', 'received'),
    /** Queues behaviours for requests to come. */
    behave: (...behaviours) => control('POST', 'behaviour', behaviours),
    /** Ends every hang, and forgets the behaviours that wait. */
    behaveWell: () => control('DELETE', 'behaviour'),
    /** The consent records of sites, see `consent-records` in the README; this one stays down, or does no more. */
    consentRecords: () => control('GET', 'consent-records'),
    goDown: () => control('PUT', 'consent-records/down'),
    comeBack: () => control('DELETE', 'consent-records/down'),
    stop: () => stop(child),
  };
}
