// @ts-check
/**
 * The shapes of a reading room: what the server sends and what the modules hand to each other.
 *
 * @typedef {"client" | "reader"} Role
 * @typedef {"chat" | "voice" | "video"} Kind
 * @typedef {"requested" | "connecting" | "active" | "paused" | "declined" | "missed" | "cancelled" | "no_connect" | "ended"} State
 * @typedef {"media" | "funds" | "cap"} Pause
 *
 * @typedef {{name: string, role: Role, present: boolean, avatar_url: string | null}} PeerPerson
 * @typedef {{id: string, kind: Kind, state: State, pause: Pause | null, reason: string | null, version: number,
 *   rate_per_minute_cents: number, currency: string, cap_cents: number | null, deadline_at: string | null,
 *   question: string | null}} Session
 * @typedef {{elapsed_s: number, cost_cents: number, earned_cents?: number, remaining_s?: number, state: State,
 *   pause: Pause | null, version: number, server_time: string}} MeterReading
 * @typedef {{message_id: string, key: string, sender: Role, text: string, at: string,
 *   delivered_at: string | null, read_at: string | null}} Message
 * @typedef {{role: Role, polite: boolean, ice_policy: "all" | "relay", peer: PeerPerson, session: Session,
 *   meter: MeterReading, messages: Message[]}} Joined
 * @typedef {{cause: string, reason: string | null, billed_seconds: number, total_cents?: number,
 *   earned_cents?: number, receipt_url: string}} Ending
 *
 * What the page itself is told by its template.
 * @typedef {{id: string, kind: Kind, role: Role, peer_name: string, currency: string, presets_cents: number[],
 *   stall_seconds: number, message_chars_max: number, receipt_url: string, home_url: string}} RoomConfig
 *
 * What the person chose in the check before the room, kept in this browser.
 * @typedef {{microphone: boolean, camera: boolean, microphone_id: string, camera_id: string, keys: boolean,
 *   checked: boolean}} Choices
 *
 * @typedef {(type: string, data?: unknown, id?: string) => boolean} Send
 */
export {};
