// Medians, and the exponent of growth.

/** The middle one; nothing where one is missing, because a median of the others would flatter. */
export function median(numbers) {
  if (!numbers.length || numbers.some(number => !Number.isFinite(number))) return undefined;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The slope of the straight line, by least squares, through log(time) over log(count): 1 is linear
 * growth, 2 quadratic.
 */
export function exponent(points) {
  if (points.some(([, time]) => !(time > 0))) return undefined;
  const logs = points.map(point => point.map(Math.log));
  const mean = at => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const sum = product => logs.reduce((total, log) => total + product(log[0] - x, log[1] - y), 0);
  return sum((dx, dy) => dx * dy) / sum(dx => dx * dx);
}
