/** The one way to the server: typed by path, with the CSRF header, and failures as `ApiError`. */

import createClient from "openapi-fetch";
import type { paths } from "./schema.gen";
import type { ErrorBody } from "./types";

const CSRF_KEY = "windsock.csrf";
const CSRF_HEADER = "X-Windsock-CSRF";

/** A refusal or failure as the server (or the network) tells it: what, where, what to do, and under which request id. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly where: string | null;
  readonly fix: string | null;
  readonly requestId: string | null;

  constructor(status: number, body: Partial<ErrorBody["error"]>) {
    super(body.message ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code ?? "unreachable";
    this.where = body.where ?? null;
    this.fix = body.fix ?? null;
    this.requestId = body.request_id ?? null;
  }
}

/** Keep the token of the signed-in session for this tab; the cookie itself is out of reach of scripts. */
export function keepCsrf(token: string | null): void {
  if (token) sessionStorage.setItem(CSRF_KEY, token);
  else sessionStorage.removeItem(CSRF_KEY);
}

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  credentials: "same-origin",
  fetch: (request) => globalThis.fetch(request),
});

api.use({
  onRequest({ request }) {
    const token = sessionStorage.getItem(CSRF_KEY);
    if (token && request.method !== "GET") request.headers.set(CSRF_HEADER, token);
    return request;
  },
});

type Reply<T> = { data?: T | undefined; error?: unknown; response: Response };

/** Unwrap a reply, read as the narrower shape of types.ts (contract.ts proves that it is one), or throw what went wrong. */
export async function need<T>(reply: Promise<Reply<unknown>>): Promise<T> {
  const { data, error, response } = await reply.catch((cause: unknown) => {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, { code: "unreachable", message: cause instanceof Error ? cause.message : String(cause) });
  });
  if (!response.ok) {
    const body = (error as Partial<ErrorBody> | undefined)?.error ?? {};
    throw new ApiError(response.status, { request_id: response.headers.get("X-Request-Id"), ...body });
  }
  return data as T;
}
