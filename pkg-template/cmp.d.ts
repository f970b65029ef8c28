import type { Client, ConsentryError } from './index.js';

/** Ends an adapter: every listener and timer of it goes. What was decided stays. */
export type Detach = () => void;

/** Of what an adapter tells the client. A site can use any other names. */
export type Purpose = 'analytics' | 'functional' | 'personalization' | 'advertising' | (string & {});

/** Which keys of the manager mean a purpose: all of a list are asked for. `[]` means none. */
export type Purposes = { readonly [purpose in Purpose]?: string | number | readonly (string | number)[] | undefined };

/** What all adapters take. */
export interface CmpOptions {
  /** Keys of the manager by purpose, in place of those of docs/cmp.md. A purpose that is left out keeps its own. */
  purposes?: Purposes | undefined;
  /**
   * Milliseconds until a promise of the manager counts as never kept. Default 10,000.
   */
  timeoutMs?: number | undefined;
  /** Hears of each fault of the manager once (`cmp_failed`). Default: `console.warn`. */
  onError?: ((error: ConsentryError) => void) | undefined;
}

/** What a manager of your own says: of `analytics` alone, or of purposes by name; nothing while it is not known. */
export type Said = boolean | { readonly [purpose in Purpose]?: boolean | undefined } | null | undefined;

/** How a manager without an adapter is read. */
export interface GenericOptions extends CmpOptions {
  /** What it says now, or a promise of it. */
  read: () => Said | Promise<Said>;
  /** Calls `changed` whenever it may say something else, and answers a function that ends it. */
  subscribe?: ((changed: () => void) => (() => void) | void) | undefined;
  /** Whether the visitor has answered; `undefined` while that is not known. Default: whenever `read` says something. */
  answered?: (() => boolean | undefined) | undefined;
  /** Whether what it says is a default, because nobody has to be asked. Default: no. */
  isDefault?: (() => boolean) | undefined;
  /** When the visitor decided, in milliseconds since 1970, if it is known. */
  decidedAt?: (() => number | undefined) | undefined;
  /** The name that stands behind `cmp:` in the record of the decision. Default `generic`. */
  name?: string | undefined;
}

/** Options of {@link cookieconsent}. */
export interface CookieConsentOptions extends CmpOptions {
  /** The imported module. Default: `window.CookieConsent`. */
  api?: object | undefined;
}

/** Any manager that can be described by two functions. */
export declare const generic: (client: Client, options: GenericOptions) => Detach;
/** vanilla-cookieconsent 3. */
export declare const cookieconsent: (client: Client, options?: CookieConsentOptions) => Detach;
