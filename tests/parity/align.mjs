// Which elements of two lists belong together: requests and records, where one library has more.

/** What a record or request is by its content, whatever its values. */
function label(one) {
  if (one?.records) return one.records.map(label).join(', ');
  if (one && 'event' in one) return `event ${JSON.stringify(one.event)}`;
  return Object.keys(one ?? {})
    .filter(name => !['$token', '$distinct_id', '$device_id', '$user_id', '$had_persisted_distinct_id'].includes(name))
    .map(name => `${name} ${Object.keys(Object(one[name]))}`)
    .join(' ');
}

/** The longest common subsequence of two lists of labels, as pairs of places. */
function common(a, b) {
  const length = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  }
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (length[i + 1][j] >= length[i][j + 1]) i++;
    else j++;
  }
  return pairs;
}

/** Joins what stands alone in both by its label: it was moved. */
function joined(rows, reference, ours) {
  for (const row of rows.filter(([, , j]) => j === undefined)) {
    const at = rows.findIndex(([, i, j]) => i === undefined && label(ours[j]) === label(reference[row[1]]));
    if (at < 0) continue;
    row.splice(2, 1, rows[at][2], true);
    rows.splice(at, 1);
  }
  return rows;
}

/**
 * `[[name, place in reference, place in ours, whether it was moved]]`: what is equal by its labels,
 * in order or moved, between that what stands at the same place, and the rest alone. What only ours
 * has is named by a plus.
 */
export function aligned(reference, ours) {
  const rows = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...common(reference.map(label), ours.map(label)), [reference.length, ours.length]]) {
    for (; i < nextI && j < nextJ; i++, j++) rows.push([String(i), i, j]);
    for (; i < nextI; i++) rows.push([String(i), i, undefined]);
    for (; j < nextJ; j++) rows.push([`+${j}`, undefined, j]);
    if (nextI < reference.length) rows.push([String(i), i++, j++]);
  }
  return joined(rows, reference, ours);
}
