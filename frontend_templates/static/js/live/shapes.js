// @ts-check
/**
 * What a live room is told: by its template, and by the server.
 *
 * @typedef {"host" | "moderator" | "viewer"} Role
 * @typedef {"on_air" | "away" | "in_reading"} HostIs
 * @typedef {{id: string, host_id: string, host_name: string, host_slug: string, currency: string, role: Role,
 *   user_id: string, is_client: boolean}} Config
 *
 * @typedef {{message_id: string, key: string, sender_id: string, sender_name: string, role: Role, text: string, at: string}} Message
 * @typedef {{code: string, name: string, art_url: string, animation: string, price_cents: number, grand?: boolean}} GiftArt
 * @typedef {{id: string, gift: GiftArt, sender_id: string | null, sender_name: string, combo: number,
 *   total_cents: number, at: string}} Gift
 * @typedef {{message_id: string | null, sender_name: string, text: string}} Pin
 * @typedef {{title: string, cents: number, reached_cents: number}} Goal
 * @typedef {{place: number, name: string, user_id: string | null, total_cents: number}} Place
 * @typedef {{rows: Place[], total_cents: number, goal?: Goal | null}} Leaderboard
 * @typedef {{id: string, name: string, role: Role, muted: boolean, muted_until: string | null, hand_raised: boolean}} You
 * @typedef {{state: string, host: HostIs, back_at: string | null, version: number, server_time?: string}} StreamState
 * @typedef {{stream: {title: string, state: string, access: string, version: number, slow_mode_s: number, host_is?: HostIs,
 *   back_at: string | null}, you: You, viewers: number, messages: Message[], gifts: Gift[], pin: Pin | null,
 *   goal: Goal | null, leaderboard: Leaderboard}} Snapshot
 * @typedef {{act: string, message_id?: string, user_id?: string, until?: string | null}} Moderation
 * @typedef {{stream_id: string, reader_id: string, reader_name: string, kind: string, rate_per_minute_cents: number,
 *   url: string, expires_at: string}} Invite
 * @typedef {{reason: string, seconds: number, peak_viewers: number, gifts_cents: number, url: string}} Ending
 *
 * A thing of the catalogue. `quote` fixes its price for a while.
 * @typedef {{id: string, code: string, name: string, price_cents: number, art_url: string, animation: string,
 *   grand: boolean, quote: string}} Kind
 */
export {};
