// @ts-check
/**
 * One door to whatever carries a stream. The grant says which engine it is; Agora's client is only
 * loaded when it is that one.
 */
import * as embedded from "./embedded.js";
import { alone } from "./tabs.js";

/** @typedef {import("./shapes.js").Grant} Grant */
/** @typedef {import("./shapes.js").Watch} Watch */
/** @typedef {import("./shapes.js").Publish} Publish */

/** @param {Grant} grant @returns {Promise<typeof embedded>} */
const clientOf = async (grant) => (grant.engine === "agora" ? import("./agora.js") : embedded);

/**
 * Show a stream in an element. It comes back by itself until it is over or closed.
 * @param {Watch} wish @returns {import("./shapes.js").Watching}
 */
export function watch(wish) {
  const since = wish.since ?? performance.now();
  return opened(wish, (client) => client.watch({ ...wish, since }));
}

/**
 * Send a stream. It comes back by itself until it is over or closed.
 * @param {Publish} wish @returns {import("./shapes.js").Publishing}
 */
export function publish(wish) {
  const line = opened(wish, (client) => client.publish(wish));
  return { close: line.close, replace: async (track) => (await line.ready)?.replace(track) };
}

/**
 * @template {{close: () => void}} Line
 * @param {Watch | Publish} wish @param {(client: typeof embedded) => Line} open
 */
function opened(wish, open) {
  const { grant, onState } = wish;
  let closed = false;
  const ready = clientOf(grant).then(
    (client) => (closed ? null : open(client)),
    () => {
      onState("refused", { code: "engine_not_loaded" });
      return null;
    },
  );
  const close = () => {
    closed = true;
    free();
    ready.then((line) => line?.close());
  };
  const free = alone(placeOf(grant), () => {
    close();
    onState("refused", { code: "elsewhere" });
  });
  return { ready, close };
}

/** @param {Grant} grant */
const placeOf = (grant) => `${grant.role}.${grant.url || grant.channel}`;
