// Data requests for the GDPR and the CCPA. For servers only.
import type { Residency } from './residency.js';

export type ComplianceType = 'GDPR' | 'CCPA';
/** What a retrieval under the CCPA discloses. */
export type DisclosureType = 'Data' | 'Categories' | 'Sources';
export type Operation = 'retrieve' | 'delete';
/** Ids are texts. Other values are refused, because a number may have lost digits. */
export type Ids = Iterable<string> | AsyncIterable<string>;

export interface RequestsOptions {
  /** The project's token. */
  token: string;
  /** The OAuth token of an owner or admin. It goes out in the `Authorization` header and is in no error and no journal. */
  oauth: string;
  /** Where the project's data is; `us` if not said. */
  residency?: Residency;
  /** Another host, https or on this machine. */
  apiHost?: string;
  /** The journal's file, for calls that name none. Without one a job is gone with its process. */
  journal?: string;
  /** Group keys of the project, each of which takes its share of a request. */
  groups?: number;
  /** How fast and how often, in milliseconds. Requests of one `createRequests` never overlap. */
  pace?: { interval?: number; firstWait?: number; longestWait?: number; tries?: number };
}

export interface Counts {
  /** Ids that these tasks are for. */
  scheduled: number;
  /** Ids that had a running task already. */
  alreadyScheduled: number;
  /** Ids that were asked for again after a lost answer that nobody could be asked about. */
  repeated: number;
  /** Ids that cannot be anybody's, and were not sent. */
  refused: number;
  /** Ids that came again, and were sent once. */
  duplicates: number;
}

export interface Task {
  task: string;
  operation: Operation;
  /** How many ids it is for. */
  ids: number;
}

export interface Result extends Counts {
  /** The first 1,000 refused ids, with their place from 1. None after `resume`: the journal has their number alone. */
  refusals: { place: number; id: string; reason: string }[];
  tasks: Task[];
}

export interface Progress extends Counts {
  state: 'planned' | 'running' | 'waiting' | 'done';
  /** Ids that are sent or to be sent, and those that are left. */
  ids: number;
  left: number;
  /** Tasks so far. */
  tasks: number;
  /** How long until the next request, when `state` is `waiting`. */
  waitMs?: number;
}

/** It has begun. Iterating shows how far it is; progress that nobody took is replaced by newer. */
export interface Job extends AsyncIterable<Progress> {
  readonly done: Promise<Result>;
}

/** More states may come. */
export type JobState = 'PENDING' | 'STAGING' | 'STARTED' | 'SUCCESS' | 'FAILURE' | 'REVOKED' | 'NOT_FOUND' | 'UNKNOWN' | (string & {});

export interface TaskStatus {
  task: string;
  operation: Operation;
  state: JobState;
  /** Whether it stays in this state. */
  ended: boolean;
  /** Whose data it is about, where the answer says so. */
  ids: string[];
  /** Where a retrieval's data is, once it is there. */
  link?: string | null;
  /** When a deletion was asked for, as the server writes it. */
  requested?: string | null;
}

interface Stoppable {
  /** Stops between two requests; one that is on its way is waited for. */
  signal?: AbortSignal;
}
export interface DeleteOptions extends Stoppable {
  complianceType?: ComplianceType;
  journal?: string;
}
export interface RetrieveOptions extends DeleteOptions {
  disclosureType?: DisclosureType;
}
export interface ResumeOptions extends Stoppable {
  journal?: string;
  /** Send a batch again whose answer was lost more than a day ago. */
  repeatDoubtful?: boolean;
}
export interface StatusOptions extends Stoppable {
  /** What the task is, where only its name is given. */
  operation?: Operation;
}
export interface WaitOptions extends StatusOptions {
  /** Milliseconds from one question to the next; a minute if not said. */
  every?: number;
}
export type TaskLike = string | { task: string; operation?: Operation };

export interface Requests {
  retrieve(ids: Ids, options?: RetrieveOptions): Job;
  delete(ids: Ids, options?: DeleteOptions): Job;
  /** Goes on with the journal of a job that was stopped or killed. */
  resume(options?: ResumeOptions): Job;
  status(task: TaskLike, options?: StatusOptions): Promise<TaskStatus>;
  /** Cancels a deletion that has not started; afterwards that fails with `too_late`. */
  cancel(task: TaskLike, options?: Stoppable): Promise<void>;
  /** Asks until the task stays in its state. */
  waitFor(task: TaskLike, options?: WaitOptions): Promise<TaskStatus>;
}

export function createRequests(options: RequestsOptions): Requests;

/** `code` is stable, `todo` says what to do. */
export class RequestsError extends Error {
  private constructor();
  readonly name: 'RequestsError';
  readonly code: string;
  /** Of the answer, when there was one. */
  readonly status: number | null;
  readonly todo: string;
  readonly about: string;
  /** The ids and tasks that a 409 named. */
  readonly conflict: { ids: string[]; tasks: string[] } | null;
}

export interface Deadline {
  /** 30 days after the request. */
  law: Date;
  /** 60 days: the longest that the service has said it takes. */
  service: Date;
  /** Whole days that the law leaves. */
  daysLeft: number;
  warning: 'soon' | 'late' | 'overdue' | null;
  /** The warning as a sentence. */
  message: string | null;
}

/** By when a deletion has to be done that a person asked for then. */
export function deadline(requested: Date | string | number, now?: Date | string | number): Deadline;
