// Lay out the drawing of the loop. This only turns a walk into numbers, and draws nothing.
//
// The main axis is the way of a request away from the viewer. On the cross axis there are two lanes, and each lane has
// a row for each hop. The main axis goes to the right on a wide screen, and down on a narrow one. All numbers are px.

/** The distance between the way there and the way back. */
export const BETWEEN = 14;
const MOST_ROWS = 3; // the most rows of one lane: a walk that does not end would have twenty

const WIDE = {
  viewer: [0, 150],
  first: [236, 446],
  second: [532, 742],
  store: [828, 960],
  lane: (rows) => 48 + rows * 36,
  row: (index) => 46 + index * 36,
  grown: () => 0,
  gap: 28,
};
const NARROW = {
  viewer: [0, 66],
  first: [112, 182],
  second: [228, 284],
  store: [330, 368],
  lane: () => 168,
  row: (index) => 40 + index * 40,
  grown: (rows) => rows * 22 - 16,
  gap: 12,
};

/** The place of each piece on the main axis, and its lanes on the cross axis. */
const PIECES = {
  redirect: {
    viewer: ["viewer", 0, 1],
    delivery: ["first", 0, 0],
    generator: ["first", 1, 1],
    website: ["second", 0, 0],
    api: ["second", 1, 1],
    store: ["store", 0, 1],
  },
  failover: {
    viewer: ["viewer", 0, 1],
    delivery: ["first", 0, 1],
    bucket: ["second", 0, 0],
    api: ["second", 1, 1],
    store: ["store", 0, 1],
  },
};
/** The ways of requests: each pair says who asks whom. */
const WAYS = {
  redirect: ["viewer delivery", "viewer generator", "delivery website", "generator api", "website store", "api store"],
  failover: ["viewer delivery", "delivery bucket", "delivery api", "bucket store", "api store"],
};

/**
 * Plan a drawing: its `size`, the `boxes` by piece, all the `rails`, the `legs` that this walk takes, the `turns` from
 * one leg to the next, and the `trips`, which are the hops to draw. Points are [x, y].
 */
export function layout(walk, delivery, isNarrow) {
  const scale = isNarrow ? NARROW : WIDE;
  const pieces = PIECES[delivery];
  const trips = tripsOf(walk, pieces);
  // A walk with two redirects needs two rows above. Keep both for a second view with one hop, so that nothing moves.
  const least = delivery === "redirect" ? [2, 1] : [1, 1];
  const rowsIn = (lane) => {
    const there = trips.filter(({ lanes }) => lanes.includes(lane));
    return Math.max(least[lane], ...there.map(({ row }) => row + 1));
  };
  const first = scale.lane(rowsIn(0));
  const lanes = [[0, first], [first + scale.gap, first + scale.gap + scale.lane(rowsIn(1))]];
  const grown = scale.grown(Math.max(rowsIn(0), rowsIn(1)));
  const along = {
    viewer: scale.viewer,
    first: [scale.first[0], scale.first[1] + grown],
    second: [scale.second[0] + grown, scale.second[1] + 2 * grown],
    store: scale.store.map((at) => at + 2 * grown),
  };
  const point = (main, cross) => (isNarrow ? [cross, main] : [main, cross]);
  const span = ([place, from, to]) => ({ main: along[place], cross: [lanes[from][0], lanes[to][1]] });
  const byPiece = (found, from) => Object.fromEntries(Object.entries(from).map(([who, one]) => [who, found(one)]));
  const spans = byPiece(span, pieces);
  const at = (lane, row) => lanes[lane][0] + scale.row(row);
  const leg = (from, to, lane, row) => ({
    there: [spans[from].main[1], spans[to].main[0]].map((main) => point(main, at(lane, row))),
    back: [spans[to].main[0], spans[from].main[1]].map((main) => point(main, at(lane, row) + BETWEEN)),
  });
  const laneOf = (who) => pieces[who][1];
  return {
    isNarrow,
    size: point(along.store[1], lanes[1][1]),
    trips,
    boxes: byPiece(({ main, cross }) => ({ from: point(main[0], cross[0]), to: point(main[1], cross[1]) }), spans),
    rails: WAYS[delivery].map((way) => {
      const [from, to] = way.split(" ");
      const lane = to === "store" ? laneOf(from) : laneOf(to);
      return [spans[from].main[1], spans[to].main[0]].map((main) => point(main, at(lane, 0) + BETWEEN / 2));
    }),
    legs: trips.flatMap(({ hop, number, row, stored }) => {
      const found = hop.steps.map(({ who, status }, depth) => {
        const way = WAYS[delivery].find((one) => one.endsWith(` ${who}`));
        const isTurned = who === "bucket" && depth < hop.steps.length - 1; // its 404 is no error: the API is next
        return { number, status, isTurned, ...leg(way.split(" ")[0], who, laneOf(who), row) };
      });
      if (!stored) return found;
      const last = hop.steps.at(-1).who;
      return [...found, { number, status: 200, stored, ...leg(last, "store", laneOf(last), row) }];
    }),
    turns: turnsOf(trips).map(({ who, number, index, from, to }) => {
      const edge = spans[who].main[1];
      const [begin, end] = [at(...from) + BETWEEN, at(...to)];
      const [first, next] = isNarrow ? [14, 7] : [22, 12]; // this keeps the turns of a viewer apart
      const deep = edge - first - (who === "viewer" ? (index % 3) * next : 0);
      const points = [[edge, begin], [deep, begin], [deep, end], [edge, end]];
      return { who, number, points: points.map((one) => point(...one)) };
    }),
    /** Find the middle of a row on the cross axis. The words lie beside it only on a wide screen. */
    row: (lane, row) => at(lane, row) + BETWEEN / 2,
  };
}

/** List the hops to draw, each with its lanes, its row in them, and what it did with the store. */
function tripsOf(walk, pieces) {
  const used = [0, 0];
  const trips = [];
  walk.hops.forEach((hop, number) => {
    const asked = hop.steps.length ? hop.steps.map(({ who }) => pieces[who][1]) : [0];
    const lanes = [...new Set(asked)];
    const row = Math.max(...lanes.map((lane) => used[lane]));
    if (row >= MOST_ROWS) return;
    for (const lane of lanes) used[lane] = row + 1;
    trips.push({ hop, number, row, lanes, stored: storedIn(walk, number) });
  });
  return trips;
}

/** Say what a hop did with the store of derivatives: "read", "write", or "". */
export function storedIn(walk, number) {
  const { steps, url } = walk.hops[number];
  const last = steps.at(-1);
  if (["website", "bucket"].includes(last?.who)) return last.status === 200 ? "read" : "";
  if (last?.who !== "api") return "";
  // A redirect to the same path means that the hop stored the picture. One to another path leads to another spelling.
  const next = walk.hops[number + 1];
  const isSame = next && new URL(next.url).pathname === new URL(url).pathname;
  return last.status === 200 || (last.status === 302 && isSame) ? "write" : "";
}

/** Find the turns from lane to lane: in the viewer, who is redirected, or in the cache that fails over. */
function turnsOf(trips) {
  return trips.flatMap((trip, index) => {
    const { number, row, lanes } = trip;
    const next = trips[index + 1];
    const failover = lanes.length > 1 && { who: "delivery", from: [0, row], to: [1, row] };
    const redirect = next && { who: "viewer", from: [lanes[0], row], to: [next.lanes[0], next.row] };
    return [failover, redirect].filter(Boolean).map((turn) => ({ number, index, ...turn }));
  });
}
