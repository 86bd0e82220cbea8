/**
 * What is answered to requests that cannot be met: `{ code, detail }`.
 *
 * @module
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Every code of the administration, with its status and what it stands for. A test holds `docs/reference/admin-api.md` to them. */
export const problems = {
  "key-missing": { status: 401, about: "the request has no `Authorization: Bearer` with a key" },
  "key-invalid": { status: 401, about: "the key is none, or was taken back" },
  "origin-not-allowed": { status: 403, about: "the request comes from a page of somewhere else" },
  "role-too-low": { status: 403, about: "the role of the key does not reach" },
  "request-invalid": { status: 400, about: "the path, the query or the body is not what the schema says" },
  "route-unknown": { status: 404, about: "nothing is served at this path" },
  "run-unknown": { status: 404, about: "there is no run of this id" },
  "client-unknown": { status: 404, about: "the run has no client of this number" },
  "model-unknown": { status: 404, about: "the run has no model of this number" },
  "model-ambiguous": {
    status: 409,
    about: "the run trains several models: `number` has to say which, and `format` to be `onnx`",
  },
  "model-missing": { status: 404, about: "the run has not published a model yet" },
  "result-missing": { status: 404, about: "the run has left no result: it goes on in another process, or broke off" },
  "report-missing": { status: 404, about: "the run has no report yet, and none can be made" },
  "token-unknown": { status: 404, about: "there is no token of this id that could be taken back" },
  "key-unknown": { status: 404, about: "there is no key of this id that could be taken back" },
  "key-last": { status: 409, about: "the key is the last one of the role `admin`" },
  "run-refused": { status: 400, about: "the scenario is none, or its run cannot begin: `detail` says why" },
  "run-over": { status: 409, about: "the run has ended before" },
  "run-not-over": { status: 409, about: "the run has not ended: it is stopped first" },
  "run-elsewhere": { status: 409, about: "the run goes on in another process, which alone can end it" },
  "coordinator-closing": { status: 503, about: "the coordinator closes: nothing more is told of its runs" },
  "too-many-requests": {
    status: 429,
    about: "there were too many requests; `Retry-After` says how many seconds to wait",
  },
  "internal-error": { status: 500, about: "a mistake in Potluck; its log says more" },
} as const;

/** Why a transfer is refused, with its status. A test holds `docs/reference/protocol.md` to them. */
export const transferProblems = {
  "session-unknown": {
    status: 401,
    about: "the session is over, or is none: there is another one with the next connection",
  },
  "blob-unknown": {
    status: 404,
    about: "there is no such blob, or none that the job or the last task of the client names",
  },
  "range-invalid": { status: 416, about: "the range lies behind the end" },
  "task-not-open": { status: 404, about: "the task is not open, or another client's" },
  "offset-missing": { status: 400, about: "`PUT` without `Upload-Offset`" },
  "upload-offset": { status: 409, about: "other bytes are expected: `Upload-Offset` says from which on" },
  "upload-length": { status: 413, about: "more bytes than the task may have" },
  "upload-busy": { status: 423, about: "another upload of the task is under way, or it is being looked at" },
  "upload-full": { status: 507, about: "the disk of the coordinator is full" },
  "upload-broken-off": {
    status: 400,
    about: "the upload was cut off, as when its task is over or `submitted` came",
  },
  "too-busy": {
    status: 503,
    about: "as many transfers are under way as may be; `Retry-After` says how many seconds to wait",
  },
} as const;

/** The code of a problem. */
export type ProblemCode = keyof typeof problems | keyof typeof transferProblems;

const statuses: Readonly<Record<ProblemCode, { readonly status: number }>> = { ...problems, ...transferProblems };

/** Answers that a request cannot be met. */
export function sendProblem(reply: FastifyReply, code: ProblemCode, detail: string = ""): FastifyReply {
  return reply.code(statuses[code].status).send({ code, detail });
}

/** After how many seconds to ask again, and why. */
export function sendTooMany(reply: FastifyReply, seconds: number): FastifyReply {
  reply.header("retry-after", Math.max(1, Math.ceil(seconds)));
  return sendProblem(reply, "too-many-requests", "there were too many requests from this address");
}

/** Answers in the same form to what no route has met. */
export function answerProblems(http: FastifyInstance, onBug: (error: Error) => void): void {
  http.setNotFoundHandler((_, reply) => sendProblem(reply, "route-unknown", "nothing is served at this path"));
  http.setErrorHandler((error: FastifyError, _: FastifyRequest, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ code: "request-invalid", detail: error.message });
    onBug(error);
    return sendProblem(reply, "internal-error", "a mistake in Potluck; its log says more");
  });
}
