// What differs on purpose, and why. A row explains only the fields it names, with the values it
// names: anything else that differs in the same scenario still fails.
export const table = [];
