// Latency per stage, from the histograms of /metrics.

const line = /^refrain_stage_seconds_(bucket|sum|count)\{stage="(\w+)"(?:,le="([^"]+)")?\} (\S+)$/;

/** `[{stage, count, mean, p50, p99}]` in seconds; a quantile is the upper bound of the bucket that it lies in. */
export function stages(text) {
  const found = new Map();
  for (const row of text.split("\n")) {
    const match = line.exec(row);
    if (!match) continue;
    const [, kind, name, bound, value] = match;
    if (!found.has(name)) found.set(name, { stage: name, buckets: [] });
    const stage = found.get(name);
    if (kind === "bucket") stage.buckets.push([bound === "+Inf" ? Infinity : Number(bound), Number(value)]);
    else stage[kind] = Number(value);
  }
  return [...found.values()].filter((stage) => stage.count > 0).map(({ stage, count, sum, buckets }) => ({
    stage, count, mean: sum / count, p50: quantile(buckets, count, 0.5), p99: quantile(buckets, count, 0.99),
  }));
}

function quantile(buckets, count, share) {
  return buckets.find(([, below]) => below >= share * count)[0];
}
