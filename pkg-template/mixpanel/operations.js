// The operations on a profile or a group: the number of each for the core, and its name on the wire.
import { APPEND as append, DELETE as remove_all, INCREMENT as increment, operations, REMOVE as remove, SET as set, SET_ONCE as setOnce, UNION as union, UNSET as unset } from '../generated/names.js';

const of = (method, name) => ({ number: operations.indexOf(method), name });

export const SET = of(set, '$set');
export const SET_ONCE = of(setOnce, '$set_once');
export const ADD = of(increment, '$add');
export const APPEND = of(append, '$append');
export const UNION = of(union, '$union');
export const REMOVE = of(remove, '$remove');
export const UNSET = of(unset, '$unset');
export const DELETE = of(remove_all, '$delete');
