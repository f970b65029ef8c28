// Every API as a site's own TypeScript uses it; each `@ts-expect-error` is something that must not
// compile.
import {
  consentry,
  type AnonymizeIds,
  type BatchOptions,
  type Client,
  type Consent,
  type ConsentChange,
  type ConsentOptions,
  type ConsentRecord,
  type ConsentryError,
  type ConsentSource,
  type ConsentStatus,
  type CookieOptions,
  type ErrorCode,
  type FlushResult,
  type GroupOperations,
  type OptInOptions,
  type OptOutOptions,
  type OptOutResult,
  type Options,
  type ProfileOperations,
  type Properties,
  type Regime,
  type Sendable,
  type SendableProperties,
  type PropertyValue,
  type Residency,
  type SignalMode,
  type Store,
  type UnionValue,
  type Via,
} from 'consentry';
import { consentry as slimConsentry, init, type Client as SlimClient, type WasmSource } from 'consentry/slim';
import 'consentry/banner';
import type { BannerClient, BannerDecision, BannerPurposeTexts, BannerTexts, ConsentryBannerElement } from 'consentry/banner';
import {
  c15t, consentMode, cookiebot, cookieconsent, didomi, generic as anyManager, gpp, klaro, oneTrust, tcf, usercentrics,
  type CmpOptions, type Detach, type GenericOptions, type Purpose, type Purposes, type Said,
} from 'consentry/cmp';
import { hashId } from 'consentry/hash';
import { minimize, type Minimizer } from 'consentry/minimize';
import { residencyUrls, type ResidencyUrls } from 'consentry/residency';
import { createRequests, deadline, type Job, type JobState, type Requests, type RequestsError } from 'consentry/requests';

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <_ extends true>(): void => undefined;

// Options

const cookie: CookieOptions = { domain: 'shop.test', crossSubdomain: true, sameSite: 'none', secure: true, expiresDays: 180, partitioned: true };
const consent: ConsentOptions = {
  default: 'pending',
  beforeDecision: 'hold',
  storage: 'cookie',
  prefix: '__mp_opt_in_out_',
  gpc: 'enforce',
  dnt: 'ignore',
  policyVersion: '2026-11',
  policyFingerprint: 'f-1',
  language: 'de',
  region: 'AT',
  onRecord: record => fetch('/consent-records', { method: 'PUT', body: JSON.stringify(record) }),
  maxAgeDays: 180,
  cookie,
};
const batch: BatchOptions = { size: 50, flushIntervalMs: 5000 };
const anonymizeIds: AnonymizeIds = { salt: 'salt', hashId };
const minimizer: Minimizer = minimize({ kinds: ['email', 'card'], keep: ['$email'], onRemoved: removed => removed.map(({ kind, name, count }) => kind + name + count) });
const options: Options = {
  anonymizeIds,
  minimize: minimizer,
  anonymousIds: true,
  residency: 'eu',
  apiHost: 'https://metrics.shop.test/mp',
  consent,
  geolocation: false,
  propertyBlacklist: ['$current_url', '$referrer'] as const,
  persistence: 'memory',
  batch,
  onError(error) {
    same<Same<typeof error, ConsentryError>>();
    const { code, message, about, dropped, name }: ConsentryError = error;
    same<Same<typeof code, ErrorCode>>();
    return [code, message, about?.length, dropped?.toFixed(), name, error.stack, error.cause];
  },
};
// What comes from elsewhere may be undefined.
const undecided: Options = { residency: undefined, consent: { cookie: undefined, policyVersion: undefined, maxAgeDays: undefined }, batch: undefined, onError: undefined };

const client: Client = consentry('token', options);
consentry('token');
consentry('token', {});
consentry('token', undecided);

// @ts-expect-error no token
consentry();
// @ts-expect-error a token is a text
consentry(1);
// @ts-expect-error no such region
consentry('token', { residency: 'mars' });
// @ts-expect-error a misspelt option
consentry('token', { reginal: 'eu' });
// @ts-expect-error a misspelt option of consent
consentry('token', { consent: { storge: 'cookie' } });
// @ts-expect-error a decision is not kept in memory
consentry('token', { consent: { storage: 'memory' } });
// @ts-expect-error no such status
consentry('token', { consent: { default: 'yes' } });
// @ts-expect-error true is no mode
consentry('token', { consent: { gpc: true } });
// @ts-expect-error a number is no policy version
consentry('token', { consent: { policyVersion: 2 } });
// @ts-expect-error SameSite is written small
consentry('token', { consent: { cookie: { sameSite: 'Lax' } } });
// @ts-expect-error a text is no list
consentry('token', { propertyBlacklist: '$referrer' });
// @ts-expect-error a text is no number
consentry('token', { batch: { size: '50' } });
// @ts-expect-error not the name of this option
consentry('token', { batch: { intervalMs: 5000 } });
// @ts-expect-error null is no function
consentry('token', { onError: null });
// @ts-expect-error nothing to hash with
consentry('token', { anonymizeIds: { salt: 'salt' } });
// @ts-expect-error no kind
minimize({ kinds: ['name'] });
// @ts-expect-error nothing to minimise with
consentry('token', { minimize: {} });
// @ts-expect-error no salt
hashId('id');

// Consent

const now: Consent = client.consent;
same<Same<typeof now.status, ConsentStatus>>();
same<Same<ConsentStatus, 'granted' | 'denied' | 'pending'>>();
same<Same<typeof now.source, ConsentSource>>();
same<Same<ConsentSource, 'visitor' | 'stored' | 'signal' | 'default' | 'fault'>>();
same<Same<typeof now.persisted, boolean>>();
same<Same<typeof now.store, Store | undefined>>();
same<Same<typeof now.decidedAt, number | undefined>>();
same<Same<typeof now.policyVersion, string | undefined>>();
same<Same<(typeof now.purposes)[string], ConsentStatus | undefined>>();
same<Same<typeof now.purposes.analytics, ConsentStatus>>();
same<Same<Residency, 'us' | 'eu' | 'in'>>();
same<Same<SignalMode, 'honor' | 'enforce' | 'ignore'>>();
// @ts-expect-error the consent is changed by decisions
client.consent = now;
// @ts-expect-error the same
client.consent.status = 'granted';
// @ts-expect-error it may be undefined
now.decidedAt.toFixed();
// @ts-expect-error no such status
now.status === 'accepted';

const via: Via = 'cmp:acme';
const choice: OptInOptions = { event: false, properties: { page: '/' }, via, purposes: ['analytics'] as const };
consentry('T', { consent: { purposes: ['functional'], stamp: '$consent_purposes' } });
client.track('Saved', { a: 1 }, { purpose: 'functional' });
client.people.set({ a: 1 }, { purpose: 'functional' });
client.people.set('a', 1, { purpose: 'functional' });
client.people.increment('a', 2, { purpose: 'functional' });
client.group('company', 'x').unset(['a'], { purpose: 'functional' });
// @ts-expect-error a purpose is a name
client.track('Saved', {}, { purpose: 1 });
const consents: Consent[] = [
  client.optIn(),
  client.optIn(choice),
  client.optIn({ event: 'Agreed', via: 'banner' }),
  client.optIn({ via: 'our own word', policyFingerprint: 'f-2', language: 'en', region: undefined }),
  client.resetConsent(),
  client.setDefault('granted'),
];
const record: ConsentRecord | undefined = client.consentRecord();
const records: readonly ConsentRecord[] = client.consentHistory();
records.map(({ id, status, purposes, refused, decidedAt, kept }) => [id + status, ...purposes, ...refused, decidedAt.toFixed(), kept ?? record?.language]);
// @ts-expect-error what has no id is no record
client.consentRecord()?.visitor;
const regime: Regime = 'opt-out';
consentry('T', { consent: { regime } });
// @ts-expect-error no such status
client.setDefault('yes');
// @ts-expect-error no such regime
consentry('T', { consent: { regime: 'gdpr' } });
client.purge();
// @ts-expect-error true is no name of an event
client.optIn({ event: true });
// @ts-expect-error one purpose is a list as well
client.optIn({ purposes: 'statistics' });
// @ts-expect-error belongs to optOut
client.optIn({ deleteProfile: true });

const refusal: OptOutOptions = { via: 'banner', purposes: [], deleteProfile: false };
const refused: OptOutResult = client.optOut(refusal);
client.optOut();
client.optOut().deleted?.then(done => same<Same<typeof done, boolean>>());
client.optOut({ deleteProfile: true }).deleted.then(done => done === true);
// @ts-expect-error without a deletion there may be nothing to wait for
client.optOut().deleted.then();
// @ts-expect-error an opt-out sends no event
client.optOut({ event: '$opt_out' });

const asked: boolean[] = [client.hasOptedIn(), client.hasOptedOut()];
const stop: () => void = client.onConsentChange(change => {
  same<Same<typeof change, ConsentChange>>();
  const { before, after, consent } = change;
  same<Same<typeof before, ConsentStatus>>();
  return [before === after, consent.via];
});
stop();
// @ts-expect-error no listener
client.onConsentChange();
// @ts-expect-error a listener hears of a change, not of a number
client.onConsentChange((change: number) => change);

// Recording

/** Every code, so that a switch over them is checked. */
const codes: Record<ErrorCode, true> = {
  invalid_argument: true, invalid_property: true, reserved_property: true, property_trimmed: true, invalid_user_id: true, unidentified: true, not_persisted: true,
  storage_failed: true, signal_enforced: true, superseded: true, unreachable: true, request_refused: true, records_rejected: true, record_too_large: true, queue_full: true,
  records_expired: true, deletion_failed: true, storage_corrupt: true, invalid_token: true, invalid_option: true, unknown_option: true,
  protected_property: true, init_failed: true, wasm_unavailable: true, wasm_failed: true, cmp_failed: true, record_lost: true,
  closed: true, not_a_page: true,
};
const wrapped = <P extends object>(name: string, properties: P & SendableProperties<P>) => client.track<P>(name, properties);
wrapped('Wrapped', { a: 1 });
const sendable: Sendable<{ a: number }> = { a: 1 };
const value: PropertyValue = ['text', 1, 1n, true, null, undefined, new Date(), { deep: [{ deeper: 'x' }] }];
const properties: Properties = { value, plan: 'pro' };
/** Types of a site's own, as interfaces and as aliases, go in as properties. */
type Order = { readonly total: number; readonly tags: readonly string[] };
const order: Order = { total: 1, tags: ['a'] };
client.track('Ordered', order);
interface Customer {
  readonly name: string;
  age?: number;
  orders: Order[];
}
interface Basket {
  customer: Customer;
  items: readonly Customer[];
  tags: Set<string>;
  since: Date;
  anything?: Customer | null;
}
class Product {
  readonly title = 'Chair';
  seen = new Map([['at', new Date()]]);
  maker: Customer | undefined;
  label(): string {
    return this.title;
  }
}
declare const customer: Customer;
declare const basket: Basket;
declare const generic: Record<string, string | undefined>;
for (const one of [basket, customer]) client.track('Filled', one);
client.track('Filled', basket);
client.track('Filled', { basket, more: [customer], product: new Product() });
client.track('Filled', { ...basket, product: 1 });
client.track('Product', new Product());
client.track('Generic', generic);
client.track('Read', JSON.parse('{}'));
client.track('Unsaid', undefined);
declare const perhaps: Customer | undefined;
client.track('Perhaps', perhaps);
client.register(customer);
client.registerOnce(new Product());
client.people.set(customer);
client.people.set('customer', customer);
client.people.setOnce('product', new Product());
client.people.remove('customers', customer);
client.people.append({ customer });
client.group('company', 'acme').set(basket);
client.optIn({ properties: customer });
client.optIn({ properties: { customer } });
client.people.set('odd', new Error('no'));
client.track('Searched', { query: new URLSearchParams(), address: new URL('https://shop.test/') });
client.people.set('tags', new Set(['a']));
interface Counts {
  visits: number;
}
interface Lists {
  tags: readonly string[];
}
declare const counts: Counts;
declare const lists: Lists;
client.people.increment(counts);
client.people.union(lists);
client.people.union('tags', new Set(['a']));
interface Bad {
  key: symbol;
}
declare const bad: Bad;
// @ts-expect-error a symbol cannot be sent, wherever it stands
client.track('Bad', bad);
// @ts-expect-error the same
client.track('Bad', { inside: [bad] });
// @ts-expect-error the same
client.people.set('bad', bad);
// @ts-expect-error the same
client.optIn({ properties: bad });
// @ts-expect-error the same
client.register(bad);
// @ts-expect-error a list has no names
client.track('Bad', [1]);
// @ts-expect-error nor has a function
client.track('Bad', () => 1);
client.track('Viewed');
client.track('Viewed', properties);
client.identify('user-1');
client.identify(1);
client.reset();
client.register(properties);
client.registerOnce({ first: new Date() });
client.unregister('plan');
const id: string | undefined = client.distinctId;
// @ts-expect-error an event has a name
client.track();
// @ts-expect-error a symbol cannot be sent
client.track('Viewed', { bad: Symbol('bad') });
// @ts-expect-error a function cannot be sent
client.track('Viewed', { bad: () => 1 });
// @ts-expect-error properties have names
client.track('Viewed', 'pro');
// @ts-expect-error nobody
client.identify(undefined);
// @ts-expect-error nothing to set
client.register();
// @ts-expect-error it may be undefined
client.distinctId.length;
// @ts-expect-error it is read
client.distinctId = 'user-1';

const { people }: { people: ProfileOperations } = client;
const company: GroupOperations = client.group('company', 'acme');
client.group('company', 42).set('name', 'Acme');
for (const one of [people, company]) {
  one.set('name', 'Ada');
  one.set({ $name: 'Ada', born: new Date(0) });
  one.setOnce('first', 'yes');
  one.setOnce({ first: 'yes' });
  one.union('tags', 'a');
  one.union('tags', ['a', 1]);
  one.union({ tags: ['a', 'b'], other: 'c' });
  one.remove('tags', 'a');
  one.remove({ tags: 'a' });
  one.unset('name');
  one.unset(['name', 'first'] as const);
  one.delete();
}
people.increment('visits');
people.increment('visits', -2.5);
people.increment({ visits: 1, credit: -1 });
people.append('pages', '/');
people.append({ pages: '/' });
const united: UnionValue = ['a', 1];
people.union('tags', united);
// @ts-expect-error a value is missing
people.set('name');
// @ts-expect-error a text does not add
people.increment('visits', '1');
// @ts-expect-error the same
people.increment({ visits: '1' });
// @ts-expect-error a list holds texts and numbers
people.union('tags', [true]);
// @ts-expect-error a group has no numbers to add to
company.increment('visits');
// @ts-expect-error a group has no lists to append to
company.append('pages', '/');
// @ts-expect-error a group has an id
client.group('company');
// @ts-expect-error names are texts
people.unset([1]);

// Waiting, and the end

client.close();
// @ts-expect-error nothing to wait for
client.close().then();

const ready: Promise<boolean> = client.ready;
const flushed: Promise<FlushResult> = client.flush();
flushed.then(({ sent, dropped, pending }) => sent + dropped + pending);
// @ts-expect-error a flush is waited for
client.flush().sent;
// @ts-expect-error `ready` is no function
client.ready();
// The methods need no `this`.
const { track, optOut } = client;
track('Free');
optOut();

// The slim entry

const sources: WasmSource[] = [
  '/consentry.wasm',
  new URL('https://shop.test/consentry.wasm'),
  new Response(),
  new Uint8Array(),
  new ArrayBuffer(8),
  new WebAssembly.Module(new Uint8Array()),
];
const started: Promise<true>[] = sources.map(source => init(source));
init(fetch('/consentry.wasm'));
init(WebAssembly.compileStreaming(fetch('/consentry.wasm')));
const slim: SlimClient = slimConsentry('token', options);
same<Same<SlimClient, Client>>();
same<Same<typeof slimConsentry, typeof consentry>>();
// @ts-expect-error there is nothing to start
init();
// @ts-expect-error null is no wasm
init(null);

// Residency

const eu: ResidencyUrls = residencyUrls('eu');
const urls: string[] = [eu.browserIngestion, eu.ingestion, eu.query, eu.rawExport, eu.pipelines, eu.lexiconSchemas, eu.connectors, eu.gdpr];
const some: ResidencyUrls | undefined = residencyUrls(String(urls));
// @ts-expect-error it may be undefined
residencyUrls(String(urls)).gdpr;
// @ts-expect-error no such API
eu.replay;
// @ts-expect-error a region has a name
residencyUrls();

// What is not exported does not exist.
// @ts-expect-error a file of the package that is nobody's business
import('consentry/client.js');

export { asked, codes, consents, id, ready, refused, sendable, slim, some, started };

// ---- the entry for servers

async function erased(from: AsyncIterable<string>, signal: AbortSignal): Promise<JobState[]> {
  const requests: Requests = createRequests({ token: 'token', oauth: 'oauth', residency: 'eu', journal: 'a.journal', groups: 1 });
  const job: Job = requests.delete(from, { complianceType: 'CCPA', signal });
  for await (const { state, left, waitMs } of job) [state satisfies 'planned' | 'running' | 'waiting' | 'done', left + (waitMs ?? 0)];
  const { scheduled, alreadyScheduled, refused, tasks } = await job.done;
  const states = tasks.map(task => requests.waitFor(task, { every: scheduled + alreadyScheduled + refused }));
  await requests.retrieve(new Set(['a']), { disclosureType: 'Sources' }).done;
  await requests.cancel('1').catch((error: RequestsError) => [error.code, error.status, error.todo, error.conflict?.ids]);
  // @ts-expect-error the bearer token is needed
  createRequests({ token: 'token' });
  // @ts-expect-error ids are texts
  requests.delete([4711]);
  // @ts-expect-error a deletion discloses nothing
  requests.delete(['a'], { disclosureType: 'Data' });
  return (await Promise.all(states)).map(({ state }) => state);
}
export const warned: [typeof erased, 'soon' | 'late' | 'overdue' | null] = [erased, deadline(new Date()).warning];

// ---- the banner

const banner: ConsentryBannerElement = document.createElement('consentry-banner');
const ofBanner: BannerClient = client;
banner.client = ofBanner;
banner.client = null;
const surveys: BannerPurposeTexts = { title: 'Surveys' };
const words: BannerTexts = { title: 'Cookies?', purposes: { surveys } };
banner.texts = words;
banner.open();
banner.close();
banner.addEventListener('consentry-decision', ({ detail }) => {
  const decision: BannerDecision = detail;
  return [decision.choice satisfies 'accept' | 'refuse' | 'save', decision.purposes.length, decision.consent.status];
});
// @ts-expect-error no such text
banner.texts = { titel: 'Cookies?' };
// @ts-expect-error a client is more than that
banner.client = { optIn() {} };

// Consent managers

const purpose: Purpose = 'analytics';
const keys: Purposes = { [purpose]: ['C0002', 3], research: [] };
const ofAll: CmpOptions = { purposes: keys, timeoutMs: 5000 };
const said: Said = { analytics: true, advertising: undefined };
const own: GenericOptions = { ...ofAll, name: 'own', read: async () => said, subscribe: changed => changed, answered: () => undefined, isDefault: () => false, decidedAt: () => 1 };
const detached: Detach[] = [
  tcf(client, { vendorId: 1, publisherPurposes: true, acceptLegitimateInterest: false }), gpp(client, { usOptOutCovers: ['analytics'] }),
  consentMode(client, { mode: 'both', updatesAreDecisions: false, region: 'US-CA', waitForUpdate: 500 }), cookieconsent(client, { api: {} }),
  klaro(client, { config: {} }), c15t(client, { store: {} }), oneTrust(client, ofAll), cookiebot(client), didomi(client), usercentrics(client, { event: 'ucEvent' }),
  anyManager(client, own),
];
detached.forEach(detach => detach());
client.reportCmp('own: out of order');
// @ts-expect-error it has to be read somehow
anyManager(client);
// @ts-expect-error there is no such mode
consentMode(client, { mode: 'listen' });
