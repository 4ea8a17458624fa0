// @ts-check
/** The one way this page talks to /api/v1/: CSRF, keys for what must happen once, errors with a code. */

/** What the server refused, in its own words. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 when the server was not reached
   * @param {Record<string, any>} problem the application/problem+json body
   */
  constructor(status, problem) {
    super(problem.detail || problem.title || "That did not work.");
    this.name = "ApiError";
    this.status = status;
    /** Stable: pages branch on it. @type {string} */
    this.code = problem.code || "unknown";
    this.problem = problem;
  }
}

/** A fresh key for one act. Keep it while the same act is tried again. */
export const newKey = () => crypto.randomUUID();

const token = () => document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") || "";

/** @param {Response} response @returns {Promise<any>} */
async function bodyOf(response) {
  if (response.status === 204) return null;
  const kind = response.headers.get("content-type") || "";
  if (!kind.includes("json")) return null;
  return response.json();
}

/**
 * Ask the API.
 * @param {string} method
 * @param {string} path from the root, "/api/v1/…", or relative to it
 * @param {{body?: unknown, key?: string, signal?: AbortSignal, keepalive?: boolean}} [options]
 *   key: the Idempotency-Key; every POST carries one, a fresh one unless given
 * @returns {Promise<any>} the decoded answer, null when there is none
 * @throws {ApiError}
 */
export async function ask(method, path, { body, key, signal, keepalive } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = token();
  if (method === "POST") headers["Idempotency-Key"] = key || newKey();
  const url = path.startsWith("/") ? path : `/api/v1/${path}`;
  let response;
  try {
    response = await fetch(url, {
      method, headers, signal, keepalive, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, { code: "unreachable", detail: "We could not be reached. Check your connection and try again." });
  }
  const answer = await bodyOf(response);
  if (response.ok) return answer;
  const problem = answer && typeof answer === "object" ? answer : { code: `http_${response.status}` };
  const wait = response.headers.get("retry-after");
  throw new ApiError(response.status, wait ? { retry_after: Number(wait), ...problem } : problem);
}

/** @param {string} path @param {{signal?: AbortSignal}} [options] */
export const get = (path, options) => ask("GET", path, options);
/** @param {string} path @param {unknown} [body] @param {{key?: string, keepalive?: boolean}} [options] */
export const post = (path, body = {}, options = {}) => ask("POST", path, { body, ...options });
/** @param {string} path @param {unknown} [body] */
export const put = (path, body = {}) => ask("PUT", path, { body });
/** @param {string} path @param {unknown} [body] */
export const patch = (path, body = {}) => ask("PATCH", path, { body });
/** @param {string} path */
export const remove = (path) => ask("DELETE", path);
