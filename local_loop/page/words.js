// Write figures and sentences in the same way on the whole page.

export const SILENCE = "The loop does not answer. Is it still running?";

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(count < 1e4 ? 1 : 0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

export function milliseconds(count) {
  if (count < 0.1) return "<0.1 ms";
  if (count >= 1000) return `${(count / 1000).toFixed(1)} s`;
  return `${count < 10 ? count.toFixed(1) : Math.round(count)} ms`;
}

export const redirects = (count) => (count === 1 ? "1 redirect" : `${count || "no"} redirects`);

/** Say how a view ended: "200 after 2 redirects, 34 ms, 12 kB". */
export function saying(walk) {
  const end = walk.has_ended ? `${walk.status} after ${redirects(walk.redirects)}` : "It does not end";
  return `${end}, ${milliseconds(walk.milliseconds)}, ${bytes(walk.bytes)}`;
}
