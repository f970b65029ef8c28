// The types of the drop-in. Code that was written for mixpanel-browser's own compiles against them.

/** Where something is kept. */
export type Persistence = 'cookie' | 'localStorage';
/** How the records of a request are written. */
export type ApiPayloadFormat = 'base64' | 'json';
/** What can be pushed: a call, a function, or a chain of calls. */
export type PushItem = ((this: Mixpanel) => void) | Array<string | Dict | ((this: Mixpanel) => void) | unknown>;
/** Elements of the page: a selector, an element, or several. */
export type Query = string | Element | Element[] | ArrayLike<Element>;
/** Accepted, and without effect. */
export type RemoteSettingType = 'disabled' | 'fallback' | 'strict';
/** Accepted, and without effect. */
export type InitiatorType =
  | 'audio' | 'beacon' | 'body' | 'css' | 'early-hint' | 'embed' | 'fetch' | 'frame' | 'iframe' | 'icon' | 'image' | 'img' | 'input'
  | 'link' | 'navigation' | 'object' | 'ping' | 'script' | 'track' | 'video' | 'xmlhttprequest';

/** Anything by name. */
export interface Dict {
  [key: string]: any;
}

/** Accepted, and without effect. */
export interface EventTriggerProps {
  percentage: number;
  property_filters?: any;
}

/** Accepted, and without effect. */
export interface RecordingEventTriggers {
  [eventName: string]: EventTriggerProps;
}

/** How one record is sent. */
export interface RequestOptions {
  /** `sendBeacon` for one that outlives the page, whose answer nobody hears. */
  transport?: 'xhr' | 'sendBeacon' | undefined;
  /** In a request of its own, that starts before the call returns. */
  send_immediately?: boolean | undefined;
}

/** Headers of each request, besides the type of its body. They cost a preflight. */
export interface XhrHeadersDef {
  [header: string]: any;
}

/** Where the flag of a choice is. */
export interface HasOptedInOutOptions {
  persistence_type: Persistence;
  cookie_prefix: string;
}

/** How the flag of a choice is kept. */
export interface ClearOptOutInOutOptions extends HasOptedInOutOptions {
  cookie_expiration: number;
  cookie_domain: string;
  cross_site_cookie: boolean;
  cross_subdomain_cookie: boolean;
  secure_cookie: boolean;
  enable_persistence: boolean;
}

/** What goes with an opt-in. */
export interface InTrackingOptions extends ClearOptOutInOutOptions {
  /** Tracks the event in the place of the instance. */
  track: (event_name: string, properties?: Dict, options?: RequestOptions) => void;
  track_event_name: string;
  track_properties: Dict;
}

/** What goes with an opt-out. */
export interface OutTrackingOptions extends ClearOptOutInOutOptions {
  /** Whether the profile of the identified user is deleted. Default `true`. */
  delete_user: boolean;
  clear_persistence: boolean;
}

/** Accepted, and without effect. */
export type RageClickConfig =
  | boolean
  | { threshold_px?: number; timeout_ms?: number; click_count?: number; interactive_elements_only?: boolean };

/** Accepted, and without effect. */
export type DeadClickConfig = boolean | { timeout_ms?: number };

/** How long a super property lives. */
export interface RegisterOptions {
  /** `false`: as long as this page. */
  persistent: boolean;
  /** Days until the cookie expires. */
  days?: number;
}

/** When a page view is tracked: once, or at each new address of that extent. */
export type TrackPageView = boolean | 'url-with-path' | 'url-with-path-and-query-string' | 'full-url';

/** Only `pageview` has an effect. */
export interface AutocaptureConfig {
  click?: boolean;
  input?: boolean;
  /** When a page view is tracked. */
  pageview?: TrackPageView;
  rage_click?: RageClickConfig;
  dead_click?: DeadClickConfig;
  scroll?: boolean;
  submit?: boolean;
  page_leave?: boolean;
  capture_text_content?: boolean;
  capture_extra_attrs?: string[];
  scroll_depth_percent_checkpoints?: number[];
  scroll_capture_all?: boolean;
  block_url_regexes?: RegExp[];
  allow_url_regexes?: RegExp[];
  block_selectors?: string[];
  allow_selectors?: string[];
  block_attrs?: string[];
  allow_element_callback?: (element: Element, event: Event) => boolean;
  block_element_callback?: (element: Element, event: Event) => boolean;
}

/** Accepted, and without effect. */
export interface NetworkOnlyFlagsPolicy {
  variantLookupPolicy: 'networkOnly';
}
/** Accepted, and without effect. */
export interface NetworkFirstFlagsPolicy {
  variantLookupPolicy: 'networkFirst';
  persistenceTtlMs?: number;
}
/** Accepted, and without effect. */
export interface PersistenceUntilNetworkSuccessFlagsPolicy {
  variantLookupPolicy: 'persistenceUntilNetworkSuccess';
  persistenceTtlMs?: number;
}
/** Accepted, and without effect. */
export type FlagsPersistencePolicy = NetworkOnlyFlagsPolicy | NetworkFirstFlagsPolicy | PersistenceUntilNetworkSuccessFlagsPolicy;
/** Accepted, and without effect. */
export interface FlagsConfig {
  context?: Dict;
  persistence?: FlagsPersistencePolicy;
}

/** An event as it leaves. */
export interface BeforeSendHookPayload {
  event: string;
  properties: Record<string, any>;
}

/** Functions of the page that are asked in between; each may be a list. `null` drops. */
export interface Hooks {
  before_identify?: Several<(new_distinct_id: string) => string | null>;
  before_register?: Several<(props: Dict, days_or_options?: number | Partial<RegisterOptions>) => Dict | Array<Dict | number | Partial<RegisterOptions>> | null>;
  before_register_once?: Several<
    (props: Dict, default_value?: any, days_or_options?: number | Partial<RegisterOptions>) => Dict | Array<any | Dict | number | Partial<RegisterOptions>> | null
  >;
  before_send_events?: Several<(event: BeforeSendHookPayload) => BeforeSendHookPayload | null>;
  before_send_people?: Several<(update: Dict) => Dict | null>;
  before_send_groups?: Several<(update: Dict) => Dict | null>;
  before_track?: Several<(event_name: string, properties: Dict) => string | Array<string | Dict> | null>;
  before_unregister?: Several<(property: string, options?: Partial<RegisterOptions>) => string | Partial<RegisterOptions> | Array<string | Partial<RegisterOptions>> | null>;
}

/** One, or a list of them. */
export type Several<T> = T | T[];

/** The options of an instance. */
export interface Config {
  api_host: string;
  api_hosts: { events?: string; people?: string; track?: string; engage?: string; groups?: string; record?: string; flags?: string };
  api_routes: { track?: string; engage?: string; groups?: string; record?: string; flags?: string; settings?: string };
  api_extra_query_params: Dict;
  api_method: string;
  api_transport: string;
  app_host: string;
  api_payload_format: ApiPayloadFormat;
  autotrack: boolean;
  batch_autostart: boolean;
  batch_requests: boolean;
  cdn: string;
  lib_base_path: string;
  cookie_domain: string;
  cross_site_cookie: boolean;
  cross_subdomain_cookie: boolean;
  error_reporter: (msg: string, err?: Error) => void;
  flags: boolean | FlagsConfig;
  targeting_src: string | null;
  persistence: Persistence;
  persistence_name: string;
  cookie_name: string;
  loaded: (mixpanel: Mixpanel) => void;
  store_google: boolean;
  stop_utm_persistence: boolean;
  save_referrer: boolean;
  track_marketing: boolean;
  mp_loader: string | null;
  test: boolean;
  verbose: boolean;
  img: boolean;
  debug: boolean;
  track_links_timeout: number;
  track_pageview: TrackPageView;
  autocapture: boolean | AutocaptureConfig;
  skip_first_touch_marketing: boolean;
  cookie_expiration: number;
  upgrade: boolean;
  disable_persistence: boolean;
  disable_cookie: boolean;
  disable_notifications: boolean;
  secure_cookie: boolean;
  ip: boolean;
  property_blacklist: string[];
  xhr_headers: XhrHeadersDef;
  opt_out_tracking_by_default: boolean;
  opt_out_persistence_by_default: boolean;
  opt_out_tracking_persistence_type: Persistence;
  opt_out_tracking_cookie_prefix: string | null;
  inapp_protocol: string;
  inapp_link_new_window: boolean;
  ignore_dnt: boolean;
  /** How Global Privacy Control is treated; mixpanel-browser does not know it. Default: not at all. */
  gpc: 'honor' | 'enforce';
  /** Ids of users and groups become hashes: see `consentry`. mixpanel-browser does not know it. */
  anonymizeIds: { salt: string; hashId: (id: string | number, salt: string) => string };
  batch_size: number;
  batch_flush_interval_ms: number;
  batch_request_timeout_ms: number;
  hooks: Hooks;
  recorder_src: string | null;
  record_block_class: string | RegExp;
  record_block_selector: string;
  record_console: boolean;
  record_network: boolean;
  record_network_options: NetworkRecordOptions;
  record_collect_fonts: boolean;
  record_idle_timeout_ms: number;
  record_inline_images: boolean;
  record_mask_inputs: boolean;
  record_mask_text_class: string | RegExp;
  record_mask_text_selector: string | string[];
  record_unmask_text_selector: string | string[];
  record_mask_all_text: boolean;
  record_mask_input_selector: string | string[];
  record_unmask_input_selector: string | string[];
  record_mask_all_inputs: boolean;
  record_min_ms: number;
  record_max_ms: number;
  record_allowed_iframe_origins: string[];
  record_canvas: boolean;
  recording_event_triggers: RecordingEventTriggers;
  record_heatmap_data: boolean;
  remote_settings_mode: RemoteSettingType;
  record_sessions_percent: number;
}

/** What a callback hears with `verbose`. */
export type VerboseResponse = { status: 1; error: null } | { status: 0; error: string };
/** What a callback hears: 1 where a record was taken, 0 where not. */
export type NormalResponse = 1 | 0;
/** What a callback hears. */
export type Response = VerboseResponse | NormalResponse;
/** Hears what became of a record. */
export type Callback = (response: Response) => void;

/** The profile of the visitor. Before `identify` updates wait for it, over pages. */
export interface People {
  set(prop: string, to: any, callback?: Callback): void;
  set(prop: Dict, callback?: Callback): void;
  set_once(prop: string, to: any, callback?: Callback): void;
  set_once(prop: Dict, callback?: Callback): void;
  unset(prop: string[] | string, callback?: Callback): void;
  increment(prop: string | Dict, callback?: Callback): void;
  increment(prop: string, by: number, callback?: Callback): void;
  remove(prop: string, value: any, callback?: Callback): void;
  remove(prop: Dict, callback?: Callback): void;
  append(prop: string, value: any, callback?: Callback): void;
  append(prop: Dict, callback?: Callback): void;
  union(prop: string, value: any, callback?: Callback): void;
  union(prop: Dict, callback?: Callback): void;
  /** Has no effect. */
  track_charge(amount: number, propertiesOrCallback?: Dict | Callback, callback?: Callback): void;
  clear_charges(callback?: Callback): void;
  delete_user(): void;
}

/** The profile of a group. */
export interface Group {
  remove(list_name: string, value: string, callback?: Callback): Group;
  set<Prop extends string | Dict>(prop: Prop, to?: Prop extends string ? string : undefined, callback?: Callback): Group;
  set_once<Prop extends string | Dict>(prop: Prop, to?: Prop extends string ? string : undefined, callback?: Callback): Group;
  union(list_name: string, values: Array<string | number>, callback?: Callback): Group;
  unset(prop: string | string[], callback?: Callback): void;
  delete(callback?: Callback): void;
}

/** Always `fallback` here. */
export type FlagsVariantSource = 'network' | 'persistence' | 'fallback';
/** Always `NOT_READY` here. */
export type FlagsFallbackReason = 'FLAG_NOT_FOUND' | 'NOT_READY' | 'BACKEND_ERROR';

/** A variant of a feature. */
export interface FlagsVariant {
  key: string;
  value: any;
  experiment_id?: string;
  is_experiment_active?: boolean;
  is_qa_tester?: boolean;
  variant_source?: FlagsVariantSource;
  fallback_reason?: FlagsFallbackReason;
  persisted_at_in_ms?: number;
}

/** Has no effect. */
export interface FlagsUpdateContextOptions {
  replace?: boolean;
}

/** Feature flags, of which there are none: each call answers its fallback. */
export interface FlagsManager {
  are_flags_ready(): boolean;
  load_flags(): Promise<void>;
  get_variant(featureName: string, fallback: FlagsVariant): Promise<FlagsVariant>;
  get_variant_sync(featureName: string, fallback: FlagsVariant): FlagsVariant;
  get_variant_value(featureName: string, fallbackValue: any): Promise<any>;
  get_variant_value_sync(featureName: string, fallbackValue: any): any;
  get_feature_data(featureName: string, fallbackValue: any): any;
  get_all_variants(): Promise<Map<string, FlagsVariant>>;
  get_all_variants_sync(): Map<string, FlagsVariant>;
  is_enabled(featureName: string, fallbackValue?: boolean): Promise<boolean>;
  is_enabled_sync(featureName: string, fallbackValue?: boolean): boolean;
  update_context(context: Dict, options?: FlagsUpdateContextOptions): Promise<void>;
  when_ready(): Promise<void>;
}

/** What a flush came to, in records. */
export interface FlushResult {
  readonly sent: number;
  readonly dropped: number;
  readonly pending: number;
}

/** An instance. */
export interface Mixpanel {
  add_group(group_key: string, group_id: string, callback?: Callback): void;
  add_hook(name: keyof Hooks, hook: (...values: any[]) => any): void;
  alias(alias: string, original?: string): void;
  clear_opt_in_out_tracking(options?: Partial<ClearOptOutInOutOptions>): void;
  config: Config;
  disable(events?: string[]): void;
  enable(events?: string[]): void;
  flags: FlagsManager;
  /** Sends what waits, and ends when that is settled. */
  flush(): Promise<FlushResult>;
  get_api_host(type: string): string;
  get_config(prop_name?: string): any;
  get_distinct_id(): any;
  get_group(group_key: string, group_id: string): Group;
  get_property(property_name: string): any;
  get_session_recording_properties(): { $mp_replay_id?: string } | {};
  get_session_replay_url(): string;
  get_tab_id(): string | null;
  has_opted_in_tracking(options?: Partial<HasOptedInOutOptions>): boolean;
  has_opted_out_tracking(options?: Partial<HasOptedInOutOptions>): boolean;
  identify(unique_id?: string, ...callbacks: Array<Callback | undefined>): any;
  init(token: string, config: Partial<Config>, name?: string): Mixpanel;
  is_recording_heatmap_data(): boolean;
  name_tag(name: string): void;
  opt_in_tracking(options?: Partial<InTrackingOptions>): void;
  opt_out_tracking(options?: Partial<OutTrackingOptions>): void;
  pause_session_recording(): void;
  people: People;
  push(item: PushItem): void;
  register(props: Dict, days_or_options?: number | Partial<RegisterOptions>): void;
  register_once(props: Dict, default_value?: any, days_or_options?: number | Partial<RegisterOptions>): void;
  remove_group(group_key: string, group_ids: string | string[] | number | number[], callback?: Callback): void;
  remove_hook(name: keyof Hooks, hook: (...values: any[]) => any): void;
  report_error(message: string, error?: Error): void;
  reset(): void;
  resume_session_recording(): void;
  set_config(config: Partial<Config>): void;
  set_group(group_key: string, group_ids: string | string[] | number | number[], callback?: Callback): void;
  start_batch_senders(): void;
  start_session_recording(): void;
  stop_batch_senders(): void;
  stop_session_recording(): void;
  time_event(event_name: string): void;
  track(event_name: string, properties?: Dict, optionsOrCallback?: RequestOptions | Callback, callback?: Callback): void;
  track_forms(query: Query, event_name: string, properties?: Dict | (() => void)): void;
  track_links(query: Query, event_name: string, properties?: Dict | (() => void)): void;
  track_pageview(properties?: Dict, options?: { event_name?: string | undefined }): void;
  track_with_groups(event_name: string, properties: Dict, groups: Dict, callback?: Callback): void;
  unregister(property: string, options?: Partial<RegisterOptions>): void;
}

/** What a page imports: the primary instance. */
export interface OverridedMixpanel extends Mixpanel {
  init(token: string, config: Partial<Config>, name: string): Mixpanel;
  init(token: string, config?: Partial<Config>): undefined;
}

/** Accepted, and without effect. */
export interface NetworkRequest {
  url: string;
  method?: string;
  initiatorType: InitiatorType;
  status?: number;
  startTime: number;
  endTime: number;
  timeOrigin: number;
  requestHeaders?: Record<string, string>;
  requestBody?: string;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
}

/** Accepted, and without effect. */
export interface NetworkRecordOptions {
  initiatorTypes?: InitiatorType[];
  ignoreRequestUrls?: string[];
  ignoreRequestFn?: (data: NetworkRequest) => boolean;
  recordHeaders?: { request: string[]; response: string[] };
  recordBodyUrls?: { request: string[]; response: string[] };
  recordInitialRequests?: boolean;
}

/** Accepted, and without effect. */
export interface NetworkData {
  requests: NetworkRequest[];
  isInitial?: boolean;
}

// The methods of the primary instance by their names.
export declare const init: OverridedMixpanel['init'];
export declare const track: Mixpanel['track'];
export declare const track_pageview: Mixpanel['track_pageview'];
export declare const track_with_groups: Mixpanel['track_with_groups'];
export declare const track_links: Mixpanel['track_links'];
export declare const track_forms: Mixpanel['track_forms'];
export declare const time_event: Mixpanel['time_event'];
export declare const register: Mixpanel['register'];
export declare const register_once: Mixpanel['register_once'];
export declare const unregister: Mixpanel['unregister'];
export declare const get_property: Mixpanel['get_property'];
export declare const get_distinct_id: Mixpanel['get_distinct_id'];
export declare const identify: Mixpanel['identify'];
export declare const alias: Mixpanel['alias'];
export declare const reset: Mixpanel['reset'];
export declare const name_tag: Mixpanel['name_tag'];
export declare const disable: Mixpanel['disable'];
export declare const enable: Mixpanel['enable'];
export declare const set_config: Mixpanel['set_config'];
export declare const get_config: Mixpanel['get_config'];
export declare const get_api_host: Mixpanel['get_api_host'];
export declare const start_batch_senders: Mixpanel['start_batch_senders'];
export declare const stop_batch_senders: Mixpanel['stop_batch_senders'];
export declare const flush: Mixpanel['flush'];
export declare const add_hook: Mixpanel['add_hook'];
export declare const remove_hook: Mixpanel['remove_hook'];
export declare const push: Mixpanel['push'];
export declare const report_error: Mixpanel['report_error'];
export declare const get_group: Mixpanel['get_group'];
export declare const set_group: Mixpanel['set_group'];
export declare const add_group: Mixpanel['add_group'];
export declare const remove_group: Mixpanel['remove_group'];
export declare const opt_in_tracking: Mixpanel['opt_in_tracking'];
export declare const opt_out_tracking: Mixpanel['opt_out_tracking'];
export declare const clear_opt_in_out_tracking: Mixpanel['clear_opt_in_out_tracking'];
export declare const has_opted_in_tracking: Mixpanel['has_opted_in_tracking'];
export declare const has_opted_out_tracking: Mixpanel['has_opted_out_tracking'];
export declare const start_session_recording: Mixpanel['start_session_recording'];
export declare const stop_session_recording: Mixpanel['stop_session_recording'];
export declare const pause_session_recording: Mixpanel['pause_session_recording'];
export declare const resume_session_recording: Mixpanel['resume_session_recording'];
export declare const get_session_recording_properties: Mixpanel['get_session_recording_properties'];
export declare const get_session_replay_url: Mixpanel['get_session_replay_url'];
export declare const get_tab_id: Mixpanel['get_tab_id'];
export declare const is_recording_heatmap_data: Mixpanel['is_recording_heatmap_data'];
export declare const people: People;

declare const mixpanel: OverridedMixpanel;
export default mixpanel;
