/**
 * Calm a noisy line, so that its course can be seen.
 */

/**
 * The exponential moving average, without the pull of its first value.
 *
 * `weight` is what the past counts for: 0 leaves the line as it is, 0.99 is the calmest. A value that is not finite stays as it is, and the average goes on after it.
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  if (weight <= 0) {
    return [...values];
  }
  let average = 0;
  let total = 0;
  return values.map(value => {
    if (!Number.isFinite(value)) {
      return value;
    }
    average = average * weight + (1 - weight) * value;
    total = total * weight + (1 - weight);
    return average / total;
  });
}
