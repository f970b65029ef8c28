/** What is looked for: see docs/minimize.md for what each finds. */
export type Personal = 'address' | 'email' | 'card' | 'iban' | 'phone' | 'id' | 'secret' | 'jwt';

/** What was removed, never the value: so many of a kind, in a property of that name. */
export interface Removed {
  /** Its kind. */
  readonly kind: Personal;
  /** The name of the property at the top; `...` for those of the 200th pair of kind and name on. */
  readonly name: string;
  /** How many. */
  readonly count: number;
}

/** What a minimizer looks for. */
export interface MinimizeChoices {
  /** What is looked for. Default: all of it. */
  kinds?: readonly Personal[] | undefined;
  /** Names of properties, at the top, that are never touched, as `$email` of a profile. Default: none. */
  keep?: readonly string[] | undefined;
  /**
   * Names of query parameters that an address keeps; their values are minimised as well. Default: the
   * `utm_` ones of campaigns.
   */
  parameters?: readonly string[] | undefined;
  /** Called with what one call removed. What it throws is ignored. Default: none. */
  onRemoved?: ((removed: readonly Removed[]) => void) | undefined;
}

/** What `minimize` makes, for the option of that name. */
export interface Minimizer {
  /** The JSON of an object without what is personal in it. Throws where it is no object. */
  json(properties: string): string;
  /** What was removed so far. */
  report(): Removed[];
}

/** Makes a minimizer, for the option `minimize` of a client; one may serve several. */
export declare function minimize(choices?: MinimizeChoices): Minimizer;
