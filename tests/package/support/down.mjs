// Ways in which a server is not there.

/** Each with what brings it about. */
export const down = [
  ['every connection is reset', ({ collector }) => collector.behave({ reset: true, times: 0 })],
  ['every answer is 503', ({ collector }) => collector.behave({ status: 503, times: 0 })],
  ['nobody can be reached', ({ line }) => line.cut()],
];

/** Pages can be had again, but nothing is taken yet: what was still on its way when its page died or was left comes to nothing first. */
export async function onlyPages({ collector, line }) {
  if (!line.isCut()) return;
  await collector.behave({ reset: true, times: 0 });
  await line.mend();
}
