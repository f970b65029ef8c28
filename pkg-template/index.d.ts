import type { Code, Regime as Law, Region, SignalMode as Mode, Source, Status, Store as Place } from './names.js';

/** The consent status. Nothing else decides whether a record is kept, stored or sent. */
export type ConsentStatus = Status;

/**
 * Why the status is what it is.
 *
 * - `visitor`: decided on this page
 * - `stored`: decided on an earlier page or in another tab; with status `pending`, that decision no
 *   longer counts and the visitor must be asked again
 * - `signal`: Global Privacy Control or Do Not Track
 * - `default`: nobody decided; `consent.default` applies
 * - `fault`: the choice could not be read, or a denial could not be stored
 */
export type ConsentSource = Source;

/** A place that outlives the page. */
export type Store = Place;

/**
 * How a browser signal is treated: a denial until the visitor decides here, a denial that no grant
 * overrides, or not at all.
 */
export type SignalMode = Mode;

/**
 * What the law where the visitor is asks for: `opt-in`, the visitor is asked first; `opt-out`, the
 * visitor may refuse; `none`, no consent is needed.
 */
export type Regime = Law;

/** The region of a Mixpanel project: United States, European Union, India. */
export type Residency = Region;

/** By which means a decision came. Any text is kept; these are the usual ones. */
export type Via = 'banner' | 'api' | 'signal' | `cmp:${string}` | (string & {});

/**
 * A value of a property. A `Date` is sent in UTC to the second (`2026-11-22T09:30:00`); a `bigint`
 * as a number where that is exact, else as text; `NaN` and infinities as `null`; a `Set` as a list,
 * a `Map` of texts as an object; an error, an address, a query or a pattern as its text. A property
 * that is `undefined` is left out.
 */
export type PropertyValue =
  | string
  | number
  | boolean
  | bigint
  | Date
  | Error
  | RegExp
  | null
  | undefined
  | readonly PropertyValue[]
  | ReadonlySet<PropertyValue>
  | ReadonlyMap<string, PropertyValue>
  | { readonly [name: string]: PropertyValue };

/**
 * What a value has to be, where it is of a type of your own: of an interface or class each property
 * has to be a {@link PropertyValue} or again such an object; its methods are not sent.
 */
export type Sendable<T> = T extends PropertyValue
  ? T
  : T extends symbol | ((...values: never[]) => unknown)
    ? never
    : T extends readonly (infer One)[]
      ? readonly Sendable<One>[]
      : T extends { readonly [name: string]: unknown }
        ? { readonly [Name in keyof T]: Sendable<T[Name]> }
        : { readonly [Name in keyof T]: T[Name] extends (...values: never[]) => unknown ? T[Name] : Sendable<T[Name]> };

/** Properties of a type of your own; a list is none. */
export type SendableProperties<T> = T extends readonly unknown[] | ((...values: never[]) => unknown) ? never : Sendable<T>;

/**
 * Properties by name. Names with quotes, backslashes or control characters are left out and
 * reported (`property_trimmed`).
 */
export interface Properties {
  readonly [name: string]: PropertyValue;
}

/**
 * How cookies are written: the decision's, and the identity's with `persistence: 'cookie'`. The
 * path is always `/`.
 */
export interface CookieOptions {
  /**
   * The domain to write for. Where the browser refuses it, the cookie is for this host alone.
   * Default: this host alone.
   */
  domain?: string | undefined;
  /**
   * Find the widest domain the browser accepts, by writing a cookie and reading it back. Default
   * `false`.
   */
  crossSubdomain?: boolean | undefined;
  /** The attribute `SameSite`. `none` sets `Secure` as well. Default `lax`. */
  sameSite?: 'lax' | 'strict' | 'none' | undefined;
  /** The attribute `Secure`. Default: `true` on https pages, `false` elsewhere. */
  secure?: boolean | undefined;
  /**
   * Days until a cookie expires, 1 to 36,500; a decision's expiry starts anew on each visit.
   * Default 365.
   */
  expiresDays?: number | undefined;
  /** Cookies are gone when the browser is closed. Default `false`. */
  session?: boolean | undefined;
  /** The attribute `Partitioned`; sets `Secure` as well. Default `false`. */
  partitioned?: boolean | undefined;
}

/** How consent is asked for, read and kept. */
export interface ConsentOptions {
  /**
   * The status while nobody decided and no signal speaks. It is never stored. Default `pending`.
   */
  default?: ConsentStatus | undefined;
  /**
   * What the law where the visitor is asks for: `opt-in` stands for a default of `pending`, `opt-out`
   * and `none` for `granted`. It comes before `default`, unless that is `denied`. Where it is learnt
   * later, see `setDefault`.
   */
  regime?: Regime | undefined;
  /**
   * The purposes the visitor is asked about, 1 to 32 names of 1 to 64 characters. `analytics` is always
   * among them: it is what Mixpanel's flag stands for. All pages of an origin name the same. Default
   * `['analytics']`.
   */
  purposes?: readonly string[] | undefined;
  /**
   * The property by which each event tells the purposes that were granted as it was recorded, for example
   * `$consent_purposes`. Default: no event does.
   */
  stamp?: string | undefined;
  /**
   * While the status is `pending`: `drop` records, or `hold` up to 1,000 of them in memory until
   * the visitor decides. Default `drop`.
   */
  beforeDecision?: 'drop' | 'hold' | undefined;
  /**
   * Where the decision is kept; the other store is used where this one fails. Default
   * `localStorage`.
   */
  storage?: Store | undefined;
  /**
   * What stands before the token in the key of the flag. No quotes, backslashes or control
   * characters, and with the token no name of another key. Default `__mp_opt_in_out_`, which is
   * Mixpanel's.
   */
  prefix?: string | undefined;
  /** Global Privacy Control. Default `honor`. */
  gpc?: SignalMode | undefined;
  /** Do Not Track. Default `honor`. */
  dnt?: SignalMode | undefined;
  /**
   * The version of the policy the visitor is asked about. A decision for another version makes the
   * status `pending`. Default: any counts.
   */
  policyVersion?: string | undefined;
  /**
   * By what the texts that the visitor is shown can be told from others, 1 to 64 UTF-16 units, for
   * the record of a decision that says none itself. Default: none.
   */
  policyFingerprint?: string | undefined;
  /** The language of these texts, as in BCP 47, 1 to 64 UTF-16 units, for the same. Default: none. */
  language?: string | undefined;
  /** Where the visitor is taken to be, as in ISO 3166, 1 to 64 UTF-16 units, for the same. Default: none. */
  region?: string | undefined;
  /**
   * Takes the record of each decision, refusals too, once the call that made it has returned, so that
   * the site's own server has it. Where it throws, rejects, resolves to a `Response` that is not `ok`,
   * or has not settled after 30 seconds, it is called again with the same record: after a second, then
   * twice as long each time, at most five minutes, and by the next pages; with any other end never
   * again. Several pages can send one record: tell them apart by `id`. Default: none.
   */
  onRecord?: ((record: ConsentRecord) => unknown) | undefined;
  /** Days a decision counts, 1 to 36,500; then the status is `pending`. Default: for ever. */
  maxAgeDays?: number | undefined;
  /** How cookies are written. */
  cookie?: CookieOptions | undefined;
}

/** Where requests of a kind go: a path of the address of all, or an address as `apiHost` can be. */
export interface Routes {
  /** Events. Default `track/`. */
  track?: string | undefined;
  /** Profile updates. Default `engage/`. */
  engage?: string | undefined;
  /** Group updates. Default `groups/`. */
  groups?: string | undefined;
}

/** An event on its way to the core. */
export interface TrackedEvent {
  /** Its name. */
  name: string;
  /** Its own properties. */
  properties: { [name: string]: unknown };
}

/** What of a record: an event, or an update of a profile or group. */
export type RecordKind = 'event' | 'profile' | 'group';

/**
 * Functions of the page that are asked in between. One that throws is reported (`invalid_argument`) or
 * ignored, and changes nothing. What they answer is held to blacklist and limits as what came before.
 */
export interface Hooks {
  /** Asked of each `track`; `null` drops the event. */
  beforeTrack?: ((event: TrackedEvent) => TrackedEvent | null) | undefined;
  /**
   * Asked of each record just before it leaves, each time it does: the JSON that goes over the wire, as
   * an object. `null` drops it.
   */
  beforeSend?: ((record: any, kind: RecordKind) => object | null) | undefined;
}

/** How ids become hashes. */
export interface AnonymizeIds {
  /** A text of the site, without quotes, backslashes and control characters. */
  salt: string;
  /** That of `consentry/hash`. */
  hashId: (id: string | number, salt: string) => string;
}

/** The options of a client. A misspelt one, or one of a wrong type, throws. */
export interface Options {
  /** The region of the Mixpanel project; it fixes the host of every request. Default `us`. */
  residency?: Residency | undefined;
  /**
   * The address of every request instead of Mixpanel's, for a first-party proxy. It begins with
   * `https://`, or with `http://` on `localhost`, `127.0.0.1` or `*.localhost`; it may have a path,
   * and no user name, query or fragment. Default: the host of `residency`.
   */
  apiHost?: string | undefined;
  /** Where requests of a kind go instead. Default: the paths of Mixpanel. */
  routes?: Routes | undefined;
  /**
   * Headers of each request, for a proxy that asks who calls. The browser asks such a proxy first, with
   * an `OPTIONS` before every address (a preflight, which it may remember for as long as
   * `Access-Control-Max-Age` says), and the proxy must allow them by `Access-Control-Allow-Headers`. What
   * a page holds is no secret. `Content-Type` cannot be given. Default: none.
   */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Functions of the page that are asked in between. Default: none. */
  hooks?: Hooks | undefined;
  /** How consent is asked for, read and kept. */
  consent?: ConsentOptions | undefined;
  /**
   * Whether Mixpanel may look up the visitor's place from the address of the connection. `false`
   * puts `ip=0` on every request and keeps properties that name the place (`$city`, `$region`, `ip`
   * and others) from leaving. Default `false`.
   */
  geolocation?: boolean | undefined;
  /**
   * Names of properties that are never stored and never sent, yours and ours. `token`, `time`,
   * `distinct_id`, `$insert_id`, `$device_id` and `$user_id` are refused (`protected_property`).
   * Default: none.
   */
  propertyBlacklist?: readonly string[] | undefined;
  /**
   * Every id given to `identify`, `alias`, groups becomes its hash under this salt before it is stored or
   * sent: `import { hashId } from 'consentry/hash'`. Nobody's own id is in memory, storage, requests or
   * errors then, and one that was stored before makes somebody new of the visitor. A salt that changes
   * makes everybody somebody new; what a page holds is no secret, so it hinders a look-up of known ids by
   * who has Mixpanel's data alone, and nobody who has both. Default: ids are sent as they are.
   */
  anonymizeIds?: AnonymizeIds | undefined;
  /**
   * Replaces what is personal in properties, and in what the page itself says of its address, by a
   * marker before anything is stored, held or sent: `import { minimize } from 'consentry/minimize'`. Of
   * what it cannot read nothing is left (`invalid_property` about `minimize`). Ids and the names of
   * events are not properties; what `beforeSend` answers is the page's last word. Default: nothing is
   * replaced.
   */
  minimize?: { json(properties: string): string; report?(): unknown } | undefined;
  /**
   * Takes ids as 64 hexadecimal digits alone, as `hashId` makes them, and reports others
   * (`invalid_user_id`) without saying which: for sites that get them from their server. `anonymizeIds`
   * sets it. Default `false`.
   */
  anonymousIds?: boolean | undefined;
  /**
   * Where identity and super properties are kept once the status is `granted`. Default
   * `localStorage`.
   */
  persistence?: Store | 'memory' | undefined;
  /**
   * What follows `mp_` in the key of identity and super properties, as mixpanel-js's `persistence_name`.
   * Default: the token, and `_mixpanel`.
   */
  persistenceName?: string | undefined;
  /** When records are sent. */
  batch?: BatchOptions | undefined;
  /**
   * Hears of what went wrong and what was dropped, after the call that caused it has returned. The
   * same thing is told once, losses each time. What it throws goes to `console.error`. Default:
   * `console.warn`.
   */
  onError?: ((error: ConsentryError) => void) | undefined;
}

/** When records are sent. */
export interface BatchOptions {
  /** The most records in one request, 1 to 2,000; that many are sent in the next task. Default 50. */
  size?: number | undefined;
  /** Milliseconds from a record to the request that carries it, 1 to 3,600,000. Default 5,000. */
  flushIntervalMs?: number | undefined;
  /** Milliseconds until a request counts as lost, 1 to 3,600,000. Default 90,000. */
  requestTimeoutMs?: number | undefined;
}

/** The options that may change while a client works. */
export type ChangeableOptions = Omit<Options, 'residency' | 'consent' | 'persistenceName' | 'minimize'>;

/** What one record is. */
export interface RecordOptions {
  /**
   * The purpose it is recorded for, one of `consent.purposes`; of any other name nothing is recorded
   * (`invalid_argument`). Default `analytics`.
   */
  purpose?: string | undefined;
}

/** How one event is sent. */
export interface TrackOptions extends RecordOptions {
  /**
   * In a request of its own, that starts before the call returns. One that gets no answer is queued.
   * Default `false`.
   */
  immediately?: boolean | undefined;
}

/** The consent as it stands. */
export interface Consent {
  /** The status. */
  readonly status: ConsentStatus;
  /** Why. */
  readonly source: ConsentSource;
  /** Whether a decision is stored, so that the next page will find it. */
  readonly persisted: boolean;
  /** Where it is stored; `undefined` when it is not. */
  readonly store: Store | undefined;
  /** When the visitor decided, in milliseconds since 1970; `undefined` without a record of it. */
  readonly decidedAt: number | undefined;
  /** By which means; `undefined` without a record of it. */
  readonly via: Via | undefined;
  /** The policy version the decision was made for; `undefined` without one. */
  readonly policyVersion: string | undefined;
  /**
   * Each purpose of the site with its status; `status` is that of `analytics`. One that the visitor was not
   * asked about is `pending`.
   */
  readonly purposes: { readonly analytics: ConsentStatus; readonly [name: string]: ConsentStatus | undefined };
}

/** The record of a decision of the visitor; see docs/consent-record.md for what each member means. */
export interface ConsentRecord {
  /** 128 random bits in hexadecimal: of this decision, and of nobody. */
  readonly id: string;
  /** What was decided of the purpose `analytics`. */
  readonly status: 'granted' | 'denied';
  /** What the visitor agreed to. */
  readonly purposes: readonly string[];
  /** What the visitor was asked about and did not agree to. */
  readonly refused: readonly string[];
  /** When, in milliseconds since 1970, by the visitor's clock. */
  readonly decidedAt: number;
  /** By which means. */
  readonly via: Via;
  /** The policy version it was made for. Missing where the site has none, as are the next three. */
  readonly policyVersion?: string;
  /** By what the texts that were shown can be told from others. */
  readonly policyFingerprint?: string;
  /** The language of these texts. */
  readonly language?: string;
  /** Where the visitor was taken to be. */
  readonly region?: string;
  /** What made the record: `consentry/` and the version. */
  readonly library: string;
  /** `onRecord` has taken it. Missing where it has not, and in what it is called with. */
  readonly kept?: true;
}

/** What the visitor saw when deciding, for the record. What is no short text is reported and left out. */
export interface Shown {
  /**
   * By what the texts that were shown can be told from others, 1 to 64 UTF-16 units. Default: that of the
   * options, or, without `via`, of the same choice before.
   */
  policyFingerprint?: string | undefined;
  /** The language of these texts, as in BCP 47, 1 to 64 UTF-16 units. Default: as for the fingerprint. */
  language?: string | undefined;
  /** Where the visitor is taken to be, as in ISO 3166, 1 to 64 UTF-16 units. Default: as for the fingerprint. */
  region?: string | undefined;
}

/** A change of the status, or of that of another purpose, here or in another tab. */
export interface ConsentChange {
  /** The status before. */
  readonly before: ConsentStatus;
  /** The status after. */
  readonly after: ConsentStatus;
  /** The consent as it stands now. */
  readonly consent: Consent;
}

/**
 * What goes with an opt-in. A member of a wrong type is reported (`invalid_argument`), and the
 * visitor is opted in all the same.
 */
export interface OptInOptions<P extends object = Properties> extends Shown {
  /** The event that tells of a first opt-in, or `false` for none. Default `$opt_in`. */
  event?: string | false | undefined;
  /** Properties of that event. Default: none. */
  properties?: (P & SendableProperties<P>) | undefined;
  /**
   * By which means. It is stored with the decision. Default: that of the same choice before, with its
   * purposes, else `api`.
   */
  via?: Via | undefined;
  /**
   * What the visitor agrees to, of `consent.purposes`; the others are denied. With none of those it is a
   * refusal, and where this cannot be read nothing happens. Default: all of them, or, without `via`, what
   * the same choice before said.
   */
  purposes?: readonly string[] | undefined;
}

/**
 * What goes with an opt-out. A member of a wrong type is reported (`invalid_argument`), and the
 * visitor is opted out all the same.
 */
export interface OptOutOptions extends Shown {
  /**
   * Delete the profile of the identified user: one `$delete`, sent before anything is denied.
   * Default `false`.
   */
  deleteProfile?: boolean | undefined;
  /**
   * By which means. It is stored with the decision. Default: that of the same choice before, with its
   * purposes, else `api`.
   */
  via?: Via | undefined;
  /**
   * What the decision is about, in the site's words. It is stored with the decision. Default: none.
   */
  purposes?: readonly string[] | undefined;
}

/** The consent after an opt-out. */
export interface OptOutResult extends Consent {
  /**
   * Only with `deleteProfile: true`: whether the server took the deletion. `false` when
   * there is nobody to delete (no `identify`, or the status was not `granted`). It never rejects;
   * without an answer it is `false` after 90 seconds. Asked for before the wasm runs, it is made when
   * the wasm runs, of whoever the visitor was when it was asked for.
   */
  readonly deleted?: Promise<boolean>;
}

/** What a flush came to. All are numbers of records. */
export interface FlushResult {
  /** Acknowledged by the server since `flush()` was called. */
  readonly sent: number;
  /** Given up since then; `onError` said why. */
  readonly dropped: number;
  /** Still waiting: for the next attempt, for a decision, for `identify`, or recorded since then. */
  readonly pending: number;
}

/**
 * The stable codes of errors. `consentry()` throws `invalid_token`, `invalid_option`,
 * `unknown_option` and `protected_property`, `init()` rejects with `init_failed`, all others go to
 * `onError`.
 */
export type ErrorCode = Code;

/** An `Error` whose message says what to do. The README lists the codes. */
export interface ConsentryError extends Error {
  /** Tells these errors from others. */
  readonly name: 'ConsentryError';
  /** What went wrong, for programs; it does not change between versions. */
  readonly code: ErrorCode;
  /** The option, property, call or value it is about. */
  readonly about?: string;
  /** How many records it cost. */
  readonly dropped?: number;
  /** With `init_failed`: what the browser said. */
  readonly cause?: unknown;
}

/** What can be done to a group. Nothing happens unless records are kept or held at the moment. */
export interface GroupOperations {
  /** Sets a property. */
  set<T>(name: string, value: T & Sendable<T>, options?: RecordOptions): void;
  /** Sets properties. */
  set<P extends object>(properties: P & SendableProperties<P>, options?: RecordOptions): void;
  /** Sets a property that is not set yet. */
  setOnce<T>(name: string, value: T & Sendable<T>, options?: RecordOptions): void;
  /** Sets those properties that are not set yet. */
  setOnce<P extends object>(properties: P & SendableProperties<P>, options?: RecordOptions): void;
  /** Adds values to a list that holds each value once. */
  union(name: string, values: UnionValue, options?: RecordOptions): void;
  /** The same for several lists. */
  union<L extends object>(lists: L & { readonly [Name in keyof L]: UnionValue }, options?: RecordOptions): void;
  /** Removes one value from a list. */
  remove<T>(name: string, value: T & Sendable<T>, options?: RecordOptions): void;
  /** The same for several lists. */
  remove<P extends object>(values: P & SendableProperties<P>, options?: RecordOptions): void;
  /** Removes properties. */
  unset(names: string | readonly string[], options?: RecordOptions): void;
  /** Deletes the profile or group. */
  delete(options?: RecordOptions): void;
}

/** What `union` merges: texts and numbers. */
export type UnionValue = string | number | readonly (string | number)[] | ReadonlySet<string | number>;

/**
 * What can be done to the profile of the identified user. Before `identify`, up to 1,000 updates
 * wait for it in memory.
 */
export interface ProfileOperations extends GroupOperations {
  /** Adds to a number; a negative number subtracts. `by` defaults to 1. */
  increment(name: string, by?: number, options?: RecordOptions): void;
  /** The same for several numbers. */
  increment<N extends object>(numbers: N & { readonly [Name in keyof N]: number }, options?: RecordOptions): void;
  /** Appends a value to a list. */
  append<T>(name: string, value: T & Sendable<T>, options?: RecordOptions): void;
  /** The same for several lists. */
  append<P extends object>(values: P & SendableProperties<P>, options?: RecordOptions): void;
}

/**
 * A client. None of its methods throws: wrong arguments go to `onError` (`invalid_argument`), and
 * the call does nothing unless it says otherwise. The methods need no `this`.
 */
export interface Client {
  /** The consent as it stands, read anew each time. */
  readonly consent: Consent;
  /**
   * The id that events carry: the user id, or `$device:` and a random id. `undefined` while, and
   * where, the wasm does not run.
   */
  readonly distinctId: string | undefined;
  /**
   * Resolves to `true` when the wasm runs, and to `false` where only the JavaScript shell answers
   * (CSP, old browser, server, worker), or the client was closed. In a page that is prerendered it
   * waits until the page is shown. It never rejects. With `consentry/slim` it waits for `init`, and is
   * `false` after one that failed, though another can still start the client.
   */
  readonly ready: Promise<boolean>;
  /** Whether the status is `granted`, for whatever reason. */
  hasOptedIn(): boolean;
  /** Whether the status is `denied`, for whatever reason. */
  hasOptedOut(): boolean;
  /**
   * The visitor agrees. The decision is stored and held records are sent. The event `$opt_in` is
   * tracked when the decision before was not the same. Where a signal is enforced it does nothing
   * (`signal_enforced`). The decision holds at once before `ready` too; the event is sent then, unless
   * a newer choice was made elsewhere (`superseded`). A repetition without `via` keeps means and
   * purposes.
   */
  optIn<P extends object = Properties>(options?: OptInOptions<P>): Consent;
  /**
   * The visitor refuses. When it returns, requests are aborted, queues are empty, the decision is
   * stored, and everything else we stored is gone. It works before `ready` too.
   */
  optOut(options: OptOutOptions & { deleteProfile: true }): OptOutResult & { readonly deleted: Promise<boolean> };
  /** The same without a deletion. */
  optOut(options?: OptOutOptions): OptOutResult;
  /**
   * The record of the decision that counts now; `undefined` where there is none, or where another
   * library made it. A repetition that says nothing new is the same record, of the first time.
   */
  consentRecord(): ConsentRecord | undefined;
  /**
   * The records of the last 20 decisions on this device, oldest first, refusals too. As JSON the list is
   * what `consentry/consent-record.schema.json` says.
   */
  consentHistory(): readonly ConsentRecord[];
  /**
   * Forgets the decision, the history and everything kept under it. The status is then what signals and
   * default say. A record that `onRecord` has not taken is told as lost (`record_lost`).
   */
  resetConsent(): Consent;
  /**
   * The site has another default from now on: it has learnt, late, whether the law here asks for
   * consent. It is no decision: it is never stored, sends no `$opt_in`, holds for this client alone, and
   * changes nothing where the visitor decided, a signal speaks or a store cannot be read. Where it
   * grants no more, nothing is sent or stored from then on; what this page has recorded and not stored
   * waits in memory until the visitor agrees or a default grants again, and what is stored waits for the
   * latter. It works before `ready` too.
   */
  setDefault(status: ConsentStatus): Consent;
  /**
   * Tells `onError` of a fault of a consent manager (`cmp_failed`), each once: the adapters of
   * `consentry/cmp` call it.
   */
  reportCmp(about: string): void;
  /**
   * Removes every key of ours from this browser except the decision (the table "What is stored
   * where" in the README is the full list), drops what is queued, in every tab, and makes the
   * visitor somebody new. While the status is `granted`, recording goes on for that new visitor.
   */
  purge(): void;
  /**
   * Calls `listener` after each change of status, of any purpose, in this tab or another. Returns a function that
   * stops it.
   */
  onConsentChange(listener: (change: ConsentChange) => void): () => void;
  /**
   * Records an event. `name` must not be empty and is cut at 255 UTF-16 units. Properties that are
   * no object are reported and left out.
   */
  track(name: string, properties?: undefined, options?: TrackOptions): void;
  /** The same. */
  track<P extends object | undefined>(name: string, properties: P & SendableProperties<P>, options?: TrackOptions): void;
  /**
   * Records that this page was seen: `$mp_web_page_view`, or `event`, with title, domain, path, protocol
   * and query.
   */
  trackPageview<P extends object = Properties>(properties?: P & SendableProperties<P>, options?: TrackOptions & { event?: string }): void;
  /**
   * The next event of that name says, as `$duration`, how many seconds it is from now. It holds over
   * pages.
   */
  timeEvent(name: string): void;
  /**
   * Tells the server of another id of the visitor, or of `original`, by the event `$create_alias`. It
   * identifies nobody: no `$identify` is sent.
   */
  alias(id: string | number, original?: string | number): void;
  /** Says to which groups of a key the visitor belongs: a super property, and one of its profile. */
  setGroup(key: string, ids: string | number | readonly (string | number)[]): void;
  /** Says to which other group it belongs too. */
  addGroup(key: string, id: string | number): void;
  /** Says to which it belongs no more. */
  removeGroup(key: string, id: string | number): void;
  /**
   * Changes options while the client works. One that may not change, or is wrong, is reported
   * (`invalid_argument`), and nothing changes.
   */
  setOptions(changes: ChangeableOptions): void;
  /**
   * Names the visitor by the site's own id, in every tab of the origin and every client of the token.
   * Ids that Mixpanel refuses (`undefined`, `null`, `0`, `anonymous` and the like), that come from a
   * missing value (`NaN`, `Infinity`, `[object Object]`), that begin with `$device:` or are longer than
   * 255 bytes of UTF-8 are reported (`invalid_user_id`).
   */
  identify(id: string | number): void;
  /**
   * Makes the visitor somebody new, in every tab of the origin: ids and super properties are forgotten.
   * Queued records keep theirs; consent stays. Profile updates that waited for a user id are dropped
   * and reported (`unidentified`).
   */
  reset(): void;
  /**
   * Sets super properties, sent with every event from now on, in every tab of the origin. With the ids
   * there may be 247, what an event takes; more are left out and reported (`property_trimmed`).
   */
  register<P extends object>(properties: P & SendableProperties<P>): void;
  /** Sets those super properties that are not set yet. */
  registerOnce<P extends object>(properties: P & SendableProperties<P>): void;
  /** Removes a super property. */
  unregister(name: string): void;
  /** The profile of the identified user. */
  readonly people: ProfileOperations;
  /** A group by its key and id, for instance `group('company', 'acme')`. */
  group(key: string, id: string | number): GroupOperations;
  /**
   * Sends what waits, now. Ends when what was recorded before is settled; records whose next attempt
   * is later stay `pending`, as do those that came meanwhile. It never rejects.
   */
  flush(): Promise<FlushResult>;
  /**
   * Ends this client: listeners, locks, channel and timers go, requests are aborted, `ready` and
   * flushes end. What was recorded stays stored, for another client or page to send; what was in
   * memory only is reported as dropped (`closed`), so `await flush()` first where that matters. A
   * deletion that is under way goes on. Later calls do nothing, which is told once (`closed`), but for
   * `optOut` and `resetConsent`, which hold for all other clients and tabs. Another client of the same
   * token is not touched, and a new one can be made.
   */
  close(): void;
}

/**
 * Makes a client. It works at once: what is called while the wasm is still being compiled is
 * carried out, in order and with its time, as soon as it runs (up to 10,000 calls); so is what is
 * called while the page is prerendered, when it is shown. On a server it records nothing, nor in a
 * worker, which it says (`not_a_page`).
 *
 * @param token the project token, 1 to 100 visible ASCII characters without `"` and `\`
 * @param options see {@link Options}
 * @throws {@link ConsentryError} `invalid_token`, `invalid_option`, `unknown_option` or
 * `protected_property`
 */
export declare const consentry: (token: string, options?: Options) => Client;
