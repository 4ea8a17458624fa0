// @ts-check
/** What the studio's parts say to each other. Types only. */

/** @typedef {{id: string, share_url: string, live: boolean, started_at: string | null, kinds: OfferedKind[]}} StudioConfig */
/** @typedef {{kind: "chat" | "voice" | "video", word: string, rate_cents: number}} OfferedKind */
/** @typedef {{message_id: string, key: string, sender_id: string, sender_name: string, role: string, text: string, at: string}} Message */
/**
 * @typedef {{id: string, gift: {code: string, name: string, art_url: string, animation: string, price_cents: number},
 *   sender_id: string | null, sender_name: string, combo: number, total_cents: number, at: string}} Gift
 */
/** @typedef {{user_id: string, name: string, raised?: boolean, at?: string, raised_at?: string, invited_at?: string | null}} Hand of the event, or of the snapshot */
/** @typedef {{title: string, cents: number, reached_cents: number} | null} Goal */
/** @typedef {(type: string, data?: unknown, id?: string) => boolean} Send */

export {};
